import type { UploadView } from '../../api.ts';
import { readRefusal, ServerGone } from './ask.ts';

export interface Sending {
  importName: string;
  file: File;
  dryRun: boolean;
  /** Told how much has left the browser, in bytes. */
  onSent: (bytes: number) => void;
  signal: AbortSignal;
}

/**
 * Sends a file to be imported. By XMLHttpRequest, since `fetch` does not tell how much of a body has been sent.
 *
 * @throws ServerGone or Refusal; an AbortError where it was called off
 */
export function sendFile({ importName, file, dryRun, onSent, signal }: Sending): Promise<UploadView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ import: importName, file: file.name, dryRun: String(dryRun) });
    request.open('POST', `/api/uploads?${query}`);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText) as UploadView);
      else reject(readRefusal(request.status, request.responseText));
    };
    request.onerror = () => reject(new ServerGone('the connection broke off'));
    request.onabort = () => reject(new DOMException('called off', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
