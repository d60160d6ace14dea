import type { IncomingMessage } from 'node:http';
import { type ImportDefinition, matchKey } from '../../../contract/definition/define-import.ts';
import { findStartedExecution, uploadFile } from '../../upload-file.ts';
import type { UploadView } from '../api.ts';
import { ConsoleProblem } from './problem.ts';
import { readFlag } from './query.ts';
import type { ConsoleSource } from './source.ts';
import { findUploadBucket } from './stack-view.ts';

/** S3's limit. */
const LONGEST_KEY_BYTES = 1024;

/** How long the answer waits for the execution: S3's event takes a second or two, and the page can look by itself. */
const FIND_MS = 10_000;

/**
 * Puts a file under its import's prefix, as it comes in.
 *
 * @param request its body is the file
 * @param query `import`, `file` (its name), `dryRun`
 * @throws ConsoleProblem where the import would not take it
 */
export async function acceptUpload(
  source: ConsoleSource,
  request: IncomingMessage,
  query: Record<string, string>,
): Promise<UploadView> {
  const definition = findDefinition(source.imports, query.import ?? '');
  const key = keyFor(definition, query.file ?? '');
  checkKey(definition, key);
  const dryRun = readFlag(query, 'dryRun');
  if (dryRun && definition.kind === 'container') {
    refuse(
      400,
      'NoDryRun',
      `Import "${definition.name}" has a container of its own: no dry run is promised.`,
    );
  }
  checkSize(definition, request.headers['content-length']);
  const connection = await source.connect();
  const bucket = await findUploadBucket(source, connection);
  if (bucket === null) {
    refuse(
      409,
      'NoUploadBucket',
      'Which bucket takes uploads cannot be told, since neither a rule nor an execution says it: start the console with --bucket <name>.',
    );
  }
  const since = new Date();
  const uploaded = await uploadFile(connection.s3, { bucket, key }, request, { dryRun });
  const arn = await findStartedExecution(connection, uploaded, since, {
    ms: FIND_MS,
    pollMs: connection.localUploadBucket === undefined ? 1000 : 200,
  });
  return {
    bucket,
    key,
    versionId: uploaded.versionId || null,
    execution: arn?.split(':').at(-1) ?? null,
  };
}

function findDefinition(imports: readonly ImportDefinition[], name: string): ImportDefinition {
  const definition = imports.find((each) => each.name === name);
  if (definition !== undefined) return definition;
  const known = imports.map((each) => each.name).join(', ') || 'none';
  return refuse(400, 'UnknownImport', `There is no import "${name}". Known: ${known}.`);
}

/** The key under which a file is imported. */
export function keyFor({ name, prefix, file: { extensions } }: ImportDefinition, file: string): string {
  if (file === '' || file === '.' || file === '..' || /[/\\\p{Cc}]/u.test(file)) {
    refuse(400, 'InvalidFileName', `"${file}" is no name of a file: without slashes and control characters.`);
  }
  if (!file.isWellFormed()) refuse(400, 'InvalidFileName', 'The name of the file is not valid Unicode.');
  if (!extensions.some((extension) => file.toLowerCase().endsWith(extension))) {
    refuse(
      400,
      'UnsupportedExtension',
      `"${file}" does not end with ${extensions.join(' or ')}, as import "${name}" demands.`,
    );
  }
  const key = prefix + file;
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) {
    refuse(
      400,
      'InvalidFileName',
      `"${file}" is too long a name: S3 takes keys of ${LONGEST_KEY_BYTES} bytes.`,
    );
  }
  return key;
}

/** A key that the import's pattern does not read would only fail; the page knows of no folders. */
function checkKey(definition: ImportDefinition, key: string): void {
  if (definition.kind !== 'table' || definition.keyPattern === null) return;
  const { name, prefix, keyPattern } = definition;
  if (matchKey(keyPattern, key.slice(prefix.length)).kind === 'fits') return;
  refuse(
    400,
    'KeyMismatch',
    `Import "${name}" takes keys like ${prefix}${keyPattern.text}: upload the file by your application, or locally by \`npm run import -- <file> --key <key>\`.`,
  );
}

function checkSize({ name, file: { maxBytes } }: ImportDefinition, length: string | undefined): void {
  if (length === undefined) {
    refuse(411, 'SizeUnknown', 'Send the size of the file: the header Content-Length is missing.');
  }
  if (Number(length) > maxBytes) {
    refuse(
      413,
      'UploadTooLarge',
      `The file has ${Number(length).toLocaleString('en')} bytes, import "${name}" takes ${maxBytes.toLocaleString('en')}. Split the file, or raise file.maxBytes in the import's definition.`,
    );
  }
}

function refuse(status: number, name: string, message: string): never {
  throw new ConsoleProblem(status, name, message);
}
