import type { z } from 'zod';
import { type ContainerImportOptions, containerOptionsSchema } from './container-options.ts';
import { fileOptionsSchema, uploadOptionsSchema } from './file-options.ts';
import type { ContainerImport } from './import-definition.ts';
import { optionsSchema } from './import-options.ts';
import { invalid, labelOf, parseOptions } from './invalid-definition.ts';

/**
 * Checks the options of an import that a container of one's own carries out.
 *
 * @throws ImportFailure `DefinitionInvalid`
 */
export function defineContainerImport(options: ContainerImportOptions): ContainerImport {
  refuseTableOptions(options);
  const { container, timeLimitMinutes = null, ...plain } = parseOptions(containerOptionsSchema, options);
  const { image, directory, ...rest } = container;
  return {
    kind: 'container',
    ...plain,
    timeLimitMinutes,
    // The schema saw to it that one of both is there.
    container: { ...rest, ...(image === undefined ? { directory: directory! } : { image }) },
  };
}

/** What only this project's importer obeys would be ignored without a word. */
function refuseTableOptions(options: ContainerImportOptions): void {
  if ('maxConcurrentRuns' in options) {
    invalid(
      labelOf(options),
      'maxConcurrentRuns',
      "the limit is kept by this project's importer, which a container of your own replaces; leave it out, and let the container end with exit code 75 while it is busy (docs/own-importer.md)",
    );
  }
  const misplaced =
    findForeign(options, optionsSchema, containerOptionsSchema) ??
    findForeign(options, fileOptionsSchema, uploadOptionsSchema);
  const misplacedInFile = findForeign(options.file ?? {}, fileOptionsSchema, uploadOptionsSchema);
  const field = misplaced ?? (misplacedInFile === undefined ? undefined : `file.${misplacedInFile}`);
  if (field !== undefined) {
    invalid(
      labelOf(options),
      field,
      "this is for this project's importer, and a container of your own decides it itself; leave out either this or container",
    );
  }
}

/** An option that is there and that only the first of both schemas has. */
function findForeign(options: object, { shape }: z.ZodObject, own: z.ZodObject): string | undefined {
  return Object.keys(shape).find((name) => !(name in own.shape) && name in options);
}
