import { z } from 'zod';
import { importerEnvironmentSchema } from '../environment.ts';
import { type UploadOptions, uploadOptionsSchema } from './file-options.ts';
import { commonOptions } from './import-options.ts';

/** What a user writes in `imports/<name>.ts` for an import that a container of their own carries out. */
export interface ContainerImportOptions {
  /** Lower-case letters, digits and hyphens; at most 40 characters. */
  name: string;
  /** Uploads whose keys begin with this are imported; ends with a slash. */
  prefix: string;
  container: ContainerOptions;
  /** The target is the container's own business. */
  table?: never;
  /** Which files it takes; what they look like is the container's own business. */
  file?: UploadOptions;
  /** One attempt's time limit. Default: the stack's, `limits.timeLimitMinutes`. */
  timeLimitMinutes?: number;
}

/** A container that carries out an import in the place of this project's importer: of `image` and `directory` one. */
export type ContainerOptions = (
  | {
      /** An image in a registry, with a digest or a tag other than `latest`: what was tested is what runs. */
      image: string;
      directory?: never;
    }
  | {
      /** A folder with a Dockerfile, relative to the project; the local stack runs the command in it. */
      directory: string;
      image?: never;
    }
) & {
  /** What it runs: a program and its arguments, in the place of the image's own entry point and command. */
  command: readonly [string, ...string[]];
  /** Further variables of its environment; secrets do not belong here. Default: none. */
  environment?: Readonly<Record<string, string>>;
};

/** An image's name, and behind it a tag, a digest, or both. */
const imageName = /^[a-z0-9][\w.:/-]*?(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/i;

const listed = { error: 'list a program and its arguments, such as ["php", "artisan", "import:orders"]' };

/** What {@link ContainerImportOptions} must look like, with its defaults. */
export const containerOptionsSchema = z.strictObject({
  ...commonOptions,
  file: uploadOptionsSchema.prefault({}),
  container: z
    .strictObject({
      image: z
        .string()
        .regex(imageName, 'write an image as docker pull takes it, such as "ghcr.io/acme/orders:1.4.2"')
        .refine(isPinned, {
          error:
            'add a digest (@sha256:…) or a tag other than "latest", so that what was tested is what runs tomorrow',
        })
        .optional(),
      directory: z
        .string()
        .refine((directory) => directory !== '' && !/^([/\\~]|[A-Za-z]:)|(^|\/)\.\.(\/|$)/.test(directory), {
          error: 'write a folder inside of the project, relative to it, such as "importers/orders"',
        })
        .optional(),
      command: z.tuple(
        [z.string(listed).min(1, 'name the program that the container runs')],
        z.string(listed),
        listed,
      ),
      environment: z
        .record(z.string(), z.string({ error: 'write values as text, such as "100"' }))
        .default({}),
    })
    .superRefine(({ image, directory, environment }, context) => {
      const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
      if ((image === undefined) === (directory === undefined)) {
        refuse([], 'give either image, which is in a registry, or directory, which has a Dockerfile');
      }
      const misnamed = Object.keys(environment).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
      if (misnamed !== undefined) {
        refuse(['environment', misnamed], 'name variables by letters, digits and underscores');
      }
      const taken = Object.keys(environment).find(
        (name) => name in importerEnvironmentSchema.shape || name.startsWith('DATABASE_'),
      );
      if (taken !== undefined) {
        refuse(['environment', taken], 'the workflow sets this variable itself; choose another name');
      }
    }),
});

function isPinned(image: string): boolean {
  const [, tag, digest] = imageName.exec(image) ?? [];
  return digest !== undefined || (tag !== undefined && tag.toLowerCase() !== ':latest');
}
