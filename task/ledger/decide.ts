import { and, desc, eq, gt, inArray, isNotNull, or, sql as raw } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import type { TableImport } from '../../contract/definition/define-import.ts';
import type { Attempt } from '../../contract/environment.ts';
import { sortableSequencer } from '../../contract/upload.ts';
import type { Transaction } from '../load/transaction.ts';
import { endedWell, type LedgerRun, runs, sameKeyAs, type UploadValues } from './schema.ts';
import { haveSameValues, sameUploadValues } from './upload-values.ts';

/** What the ledger knows of a run before it loads anything. */
export type Verdict =
  /** `checkpoints`: what becomes of batches that committed before. */
  | { kind: 'load'; checkpoints: 'keep' | 'forget' | 'adopt' }
  /** The rows are in: by this run itself, or by an earlier upload of the same bytes under the same key. */
  | { kind: 'already-imported'; by: LedgerRun }
  /** A later version of the same key ended well already. */
  | { kind: 'superseded'; by: LedgerRun };

/**
 * Asks the ledger what there is to do; call it under `lockKey()`.
 *
 * @param values what came with the upload: the same bytes with other values are other rows
 */
export async function decide(
  tx: Transaction,
  attempt: Attempt,
  definition: TableImport,
  values: UploadValues,
): Promise<Verdict> {
  const ledger = drizzle(tx);
  const { upload, importName, runId } = attempt;
  const sameKey = sameKeyAs(importName, upload);
  const importedSame = () =>
    ledger
      .select()
      .from(runs)
      .where(
        and(
          sameKey,
          eq(runs.status, 'imported'),
          eq(runs.etag, upload.etag),
          eq(runs.size, upload.size),
          sameUploadValues(values),
        ),
      )
      .orderBy(desc(runs.wrote))
      .limit(1);

  const [own] = await ledger.select().from(runs).where(eq(runs.runId, runId));
  if (own?.status === 'imported') return { kind: 'already-imported', by: own };
  if (own?.status === 'already-imported') {
    const [by] = await importedSame();
    if (by !== undefined) return { kind: 'already-imported', by };
  }

  const inOrder = raw`${runs.sequencer} collate "C"`;
  // An event that somebody made by hand has none; the run's entry has S3's own, where that event came before.
  const sequencer = upload.sequencer === '' ? (own?.sequencer ?? '') : sortableSequencer(upload.sequencer);
  if (sequencer !== '') {
    const [later] = await ledger
      .select()
      .from(runs)
      .where(and(sameKey, inArray(runs.status, endedWell), gt(inOrder, sequencer)))
      .orderBy(desc(inOrder))
      .limit(1);
    if (later !== undefined) return { kind: 'superseded', by: later };
  }

  // Bytes that were appended once are never appended again, whatever came after them.
  if (definition.mode === 'append') {
    const [by] = await importedSame();
    return by === undefined ? { kind: 'load', checkpoints: 'adopt' } : { kind: 'already-imported', by };
  }

  // In the other modes A, B, A again must end with A, even if B wrote a part of its rows only.
  const [last] = await ledger
    .select()
    .from(runs)
    .where(and(sameKey, or(isNotNull(runs.wrote), eq(runs.status, 'imported'))))
    .orderBy(raw`${runs.wrote} desc nulls first`)
    .limit(1);
  if (last === undefined || last.runId === runId) return { kind: 'load', checkpoints: 'keep' };
  // An importer of an older release enters no order: then nobody knows which run wrote last.
  const known = last.wrote !== null && last.status === 'imported';
  const sameBytes = last.etag === upload.etag && last.size === upload.size;
  if (known && sameBytes && haveSameValues(last.uploadValues, values)) {
    return { kind: 'already-imported', by: last };
  }
  return { kind: 'load', checkpoints: 'forget' };
}
