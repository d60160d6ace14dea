import type { UploadView } from '../../api.ts';
import { readApiError, ServerUnreachable } from './fetch-json.ts';

export interface FileUpload {
  importName: string;
  file: File;
  dryRun: boolean;
  /** Called with the bytes that have left the browser so far. */
  onSent: (bytes: number) => void;
  signal: AbortSignal;
}

/**
 * Uploads a file. By XMLHttpRequest, since `fetch` reports no upload progress.
 *
 * @throws ServerUnreachable or ApiError; an AbortError if it was cancelled
 */
export function sendFile({ importName, file, dryRun, onSent, signal }: FileUpload): Promise<UploadView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ import: importName, file: file.name, dryRun: String(dryRun) });
    request.open('POST', `/api/uploads?${query}`);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText) as UploadView);
      else reject(readApiError(request.status, request.responseText));
    };
    request.onerror = () => reject(new ServerUnreachable('the connection was lost'));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
