import { sql as raw, type SQL } from 'drizzle-orm';
import { runs, type UploadValues } from './schema.ts';

/**
 * SQL: whether a run was of an upload with these values, as far as both know of them. Bytes that came with other values
 * are other rows; those of a run from before the import took such values are the same.
 */
export function sameUploadValues(values: UploadValues): SQL {
  const own = raw`${JSON.stringify(values)}::jsonb`;
  return raw`not exists (
    select from jsonb_each(coalesce(${runs.uploadValues}, '{}')) as theirs join jsonb_each(${own}) as own using (key)
    where theirs.value <> own.value)`;
}

/** The same, of a run that was read. */
export function haveSameValues(theirs: UploadValues | null, own: UploadValues): boolean {
  return Object.entries(theirs ?? {}).every(([key, value]) => !(key in own) || own[key] === value);
}
