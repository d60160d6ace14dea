import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { findImport, type ImportDefinition } from '../contract/definition/define-import.ts';
import type { Connection } from './connection.ts';
import type { ObjectAddress } from './results.ts';

/** Which objects under a prefix to import; all conditions must hold. */
export interface BackfillFilter {
  /** Name of the import. */
  import?: string | undefined;
  /** Of the key behind the prefix: `*` stands for any characters, `?` for one. */
  match?: string | undefined;
  /** Last written at this moment or later. */
  since?: Date | undefined;
  /** Last written before this moment. */
  until?: Date | undefined;
  maxBytes?: number | undefined;
}

export interface BackfillFile extends ObjectAddress {
  bytes: number;
  import: string;
  /** When it was last written. */
  at: Date;
}

export interface BackfillPlan {
  /** Oldest first. */
  files: BackfillFile[];
  /** How many objects are not imported, by the reason. */
  leave: Record<string, number>;
  bytes: number;
  /** How long AWS takes to start and load them at least. */
  leastSeconds: number;
  /** Dollars, without the database. */
  cost: number;
}

/** Fargate starts 20 tasks a second, and a small file takes an importer about a second. (docs/scale.md) */
export const FILES_A_SECOND = 20;
/** What one importer appends, as measured. (docs/benchmarks.md) */
export const BYTES_A_SECOND = 17_000_000;
/** A minute of a task and what goes with it; larger files cost little more. (docs/cost.md) */
export const DOLLARS_A_FILE = 0.001;
export const DOLLARS_A_GB = 0.006;

/** Finds what a backfill would import: the current version of each object that belongs to an import. */
export async function planBackfill(
  { s3 }: Connection,
  { bucket, key: prefix }: ObjectAddress,
  definitions: readonly ImportDefinition[],
  filter: BackfillFilter,
): Promise<BackfillPlan> {
  const files: BackfillFile[] = [];
  const leave: Record<string, number> = {};
  const matches = filter.match === undefined ? null : wildcards(filter.match);
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix },
  )) {
    for (const { Key: key = '', Size: bytes = 0, LastModified: at = new Date(0) } of Contents) {
      const definition = findImport(definitions, key);
      const reason =
        findReason(definition, key, bytes) ??
        (isWanted(filter, { name: definition!.name, rest: key.slice(prefix.length), bytes, at }, matches)
          ? null
          : 'not selected by the options');
      if (reason === null) files.push({ bucket, key, bytes, import: definition!.name, at });
      else leave[reason] = (leave[reason] ?? 0) + 1;
    }
  }
  files.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.key < b.key ? -1 : 1));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    files,
    leave,
    bytes,
    leastSeconds: Math.max(files.length / FILES_A_SECOND, bytes / BYTES_A_SECOND),
    cost: files.length * DOLLARS_A_FILE + (bytes / 1e9) * DOLLARS_A_GB,
  };
}

/** Why ValidateUpload would take it for no upload: an execution for it would only cost. */
function findReason(definition: ImportDefinition | undefined, key: string, bytes: number): string | null {
  if (definition === undefined) return 'under no import’s prefix';
  const lowerCase = key.toLowerCase();
  if (!definition.file.extensions.some((extension) => lowerCase.endsWith(extension))) {
    return 'without an extension of the import';
  }
  return bytes === 0 ? 'empty' : null;
}

function isWanted(
  filter: BackfillFilter,
  { name, rest, bytes, at }: { name: string; rest: string; bytes: number; at: Date },
  pattern: RegExp | null,
): boolean {
  return (
    (filter.import === undefined || filter.import === name) &&
    (pattern === null || pattern.test(rest)) &&
    (filter.since === undefined || at >= filter.since) &&
    (filter.until === undefined || at < filter.until) &&
    (filter.maxBytes === undefined || bytes <= filter.maxBytes)
  );
}

function wildcards(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}
