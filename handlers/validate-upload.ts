import { createHash } from 'node:crypto';
import { z } from 'zod';
import { findImport, type ImportDefinition } from '../contract/definition/define-import.ts';
import { ImportFailure } from '../contract/failures.ts';
import { taskFamily } from '../contract/task-family.ts';
import { deriveRunId, describeUpload, type Upload, uploadEventSchema } from '../contract/upload.ts';
import { type Run, UPLOAD_IGNORED } from '../contract/workflow-data.ts';
import { resolveMarks, resolveValues } from '../csv/index.ts';
import { loadImports } from '../imports/index.ts';
import { asEarlier } from './earlier-definitions.ts';
import { findObject, realVersion } from './find-object.ts';
import { describeMarker } from './marker-objects.ts';
import { lambda, logger } from './middleware.ts';
import { createS3Client } from './s3-client.ts';

// Once per execution environment, so that connections are kept between invocations.
const s3 = createS3Client();

const environmentSchema = z.object({
  STACK_NAME: z.string().min(1),
  /** One attempt's time limit, where the import has none of its own. */
  TIME_LIMIT_MINUTES: z.coerce.number().int().positive(),
  /** Of a hundred runs so many begin on Fargate Spot. */
  SPOT_PERCENT: z.coerce.number().min(0).max(100).default(0),
  /** Uploads up to so many bytes are imported by a function; 0: none. */
  SMALL_UPLOAD_BYTES: z.coerce.number().int().nonnegative().default(0),
});

/** S3's event, and the execution beside it; the event alone from an execution of an older definition. */
const inputSchema = z.preprocess((input) => {
  const wrapped = typeof input === 'object' && input !== null && 'executionArn' in input && 'event' in input;
  return wrapped ? input.event : input;
}, uploadEventSchema);

/**
 * Turns S3's event into an upload of an import, or refuses it under the name of what is wrong with it.
 *
 * @throws Error `UploadIgnored` for what a tool has left beside the uploads
 * @throws ImportFailure `EventInvalid`, `UploadOutsidePrefix`, `UnsupportedExtension`, `KeyMismatch`,
 *   `UploadValuesInvalid`, `UploadGone`, `UploadChanged`,
 *   `EmptyUpload`, `UploadTooLarge`, `AccessDenied`, `StorageUnavailable` or `DefinitionInvalid`.
 */
export const handler = lambda(
  inputSchema,
  async (event) => {
    const run = await validateUpload(event);
    return { run, ...asEarlier(run, 1, 0) };
  },
  (problems) =>
    new ImportFailure(
      'EventInvalid',
      `The execution's input is no S3 "Object Created" event of EventBridge: ${problems}. Expected at least {"detail":{"bucket":{"name":"…"},"object":{"key":"…"}}}.`,
    ),
);

async function validateUpload(event: z.infer<typeof uploadEventSchema>): Promise<Run> {
  const { bucket, object } = event.detail;
  const address = { bucket: bucket.name, key: object.key, versionId: realVersion(object['version-id']) };
  const label = describeUpload(address);
  logger.appendKeys({ upload: label });
  const definition = chooseImport(await loadImports(), address.key, label);
  logger.appendKeys({ import: definition.name });
  ignoreMarker(definition, address.key, object.size ?? null, label);
  checkExtension(definition, address.key, label);

  const found = await findObject(s3, address);
  const announced = (object.etag ?? '').replaceAll('"', '');
  if (announced !== '' && announced !== found.etag) {
    throw new ImportFailure(
      'UploadChanged',
      `${label} was uploaded with ETag ${announced}, but S3 now has ETag ${found.etag}: it was overwritten in the meantime.`,
    );
  }
  if (found.size === 0) throw new ImportFailure('EmptyUpload', `${label} is empty (0 bytes).`);
  if (found.size > definition.file.maxBytes) {
    throw new ImportFailure(
      'UploadTooLarge',
      `${label} has ${found.size} bytes; import "${definition.name}" takes at most ${definition.file.maxBytes}.`,
    );
  }

  const upload: Upload = {
    ...address,
    versionId: found.versionId,
    etag: found.etag,
    size: found.size,
    sequencer: object.sequencer ?? '',
  };
  const runId = deriveRunId(definition.name, upload);
  logger.appendKeys({ runId });
  // S3 keeps the names of user metadata in lower case; the value is whatever the uploader typed.
  const dryRun = found.metadata['dry-run']?.trim().toLowerCase() === 'true';
  if (definition.kind === 'table') {
    const { key } = address;
    // For what it finds; the importer does the same.
    const context = { key, label, metadata: found.metadata, runId, importedAt: new Date() };
    resolveValues(definition, context);
    resolveMarks(definition, context);
  }
  logger.info('accepted', { size: upload.size, dryRun });
  const environment = environmentSchema.parse(process.env);
  return {
    import: definition.name,
    runId,
    upload,
    label,
    dryRun,
    taskFamily: taskFamily(environment.STACK_NAME, definition.kind === 'container' ? definition.name : null),
    timeLimitSeconds: 60 * (definition.timeLimitMinutes ?? environment.TIME_LIMIT_MINUTES),
    // An own container needs a task.
    runsOn:
      definition.kind === 'table' && upload.size <= environment.SMALL_UPLOAD_BYTES ? 'lambda' : 'fargate',
    capacityProvider: isOnSpot(runId, environment.SPOT_PERCENT) ? 'FARGATE_SPOT' : 'FARGATE',
  };
}

/** By the run's id: a run that is delivered twice is treated alike, and a share of all runs is as asked for. */
function isOnSpot(runId: string, percent: number): boolean {
  return createHash('sha256').update(runId).digest().readUInt32BE() % 100 < percent;
}

function chooseImport(
  definitions: readonly ImportDefinition[],
  key: string,
  label: string,
): ImportDefinition {
  const definition = findImport(definitions, key);
  if (definition === undefined) {
    const known = definitions.map(({ name, prefix }) => `${prefix} (${name})`).join(', ') || 'none';
    throw new ImportFailure(
      'UploadOutsidePrefix',
      `${label} is under no import's prefix. Known prefixes: ${known}.`,
    );
  }
  return definition;
}

/** @throws Error `UploadIgnored` for what is no upload */
function ignoreMarker(
  { name, prefix, file }: ImportDefinition,
  key: string,
  bytes: number | null,
  label: string,
) {
  const what = describeMarker(key.slice(prefix.length), bytes, file.extensions);
  if (what === null) return;
  const error = new Error(`${label} is not imported: it is ${what}, and no file for import "${name}".`);
  error.name = UPLOAD_IGNORED;
  throw error;
}

function checkExtension(definition: ImportDefinition, key: string, label: string): void {
  const lowerCase = key.toLowerCase();
  if (!definition.file.extensions.some((extension) => lowerCase.endsWith(extension))) {
    throw new ImportFailure(
      'UnsupportedExtension',
      `${label} does not end with ${definition.file.extensions.join(' or ')}, as import "${definition.name}" demands.`,
    );
  }
}
