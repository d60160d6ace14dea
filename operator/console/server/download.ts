import { Readable } from 'node:stream';
import { arnOf } from '../../find-execution.ts';
import { readExecution } from '../../read-execution.ts';
import { openRejectFile, readResults } from '../../results.ts';
import { ConsoleProblem } from './problem.ts';
import type { ConsoleSource } from './source.ts';

/** The reject files, by the names that they have for the page. */
export const downloads = { 'rows.csv': 'rows', 'errors.csv': 'errors' } as const;

/**
 * A reject file as a download.
 *
 * @throws ConsoleProblem, ResultGone where there is none
 */
export async function downloadRejectFile(
  source: ConsoleSource,
  name: string,
  file: keyof typeof downloads,
): Promise<Response> {
  const connection = await source.connect();
  const execution = await readExecution(connection, arnOf(connection, name));
  const { report, rejects, problem } = await readResults(connection, execution);
  if (rejects === null) {
    throw problem === null
      ? new ConsoleProblem(404, 'NoRejects', `${name} has rejected no row.`)
      : new ConsoleProblem(503, 'ReportUnreadable', problem);
  }
  const body = await openRejectFile(connection, rejects[downloads[file]]);
  const encoding = file === 'errors.csv' ? 'utf-8' : report?.file?.encoding;
  return new Response(Readable.toWeb(body) as ReadableStream, {
    headers: {
      'content-type': encoding === undefined ? 'application/octet-stream' : `text/csv; charset=${encoding}`,
      'content-disposition': attachment(nameOf(execution.upload?.key ?? name, file)),
    },
  });
}

/** `november-rows.csv` for `uploads/customers/november.csv.gz`. */
function nameOf(key: string, file: string): string {
  const upload = key
    .split('/')
    .at(-1)!
    .replace(/\.(gz|zip|zst)$/i, '')
    .replace(/\.[^.]*$/, '');
  return `${upload}-${file}`;
}

/** Both ways in which a name can be said (RFC 6266): in ASCII for those that know no other, and as it is. */
export function attachment(name: string): string {
  const ascii = name.replace(/[^ -~]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
