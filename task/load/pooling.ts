import { setTimeout as sleep } from 'node:timers/promises';
import { ImportFailure } from '../../contract/failures.ts';
import type { Connection } from './connection.ts';

/** A pooler that opens a session may have to wait for the database to wake up. */
const SECOND_SESSION_WITHIN_MS = 30_000;
/** Where others use the pool too, a client may get the same process again by chance, but not every time. */
const ROUNDS = 4;

/**
 * Refuses a pooler that lends a session to its clients for a transaction or a statement at a time: a lock that is to
 * outlive a transaction would be lost, or held by somebody else. Session pooling passes, and so does no pooler.
 *
 * Asks nothing that leaves anything behind in a session.
 *
 * @param connectSecond makes a connection that the caller ends
 * @throws ImportFailure `DatabaseMisconfigured`; `DatabaseUnavailable` where the pooler has no second session
 */
export async function refuseSharedSessions(
  first: Connection,
  connectSecond: () => Connection,
): Promise<void> {
  const { own, announced } = await askProcess(first);
  // A pooler gives its clients process ids of its own, by which it knows what they cancel.
  if (own === announced) return;
  const second = connectSecond();
  const begun = await Promise.race([
    askProcess(second),
    sleep(SECOND_SESSION_WITHIN_MS, null, { ref: false }),
  ]);
  if (begun === null) {
    throw new ImportFailure(
      'DatabaseUnavailable',
      `The pooler before the database has had no second session for ${SECOND_SESSION_WITHIN_MS / 1_000} s: an import needs two, and one more for each lane.`,
    );
  }
  for (let round = 0; round < ROUNDS; round++) {
    // One after the other, two clients of a pool are given the same process; where it alternates between two, each is
    // given both only if it asks twice.
    const ofFirst = [await askProcess(first), await askProcess(first)];
    const ofSecond = [await askProcess(second), await askProcess(second)];
    const kept =
      ofFirst.every((each) => each.own === own) && ofSecond.every((each) => each.own === begun.own);
    if (kept && own !== begun.own) continue;
    throw new ImportFailure(
      'DatabaseMisconfigured',
      'Between importer and database is a pooler that shares sessions between its clients (transaction or statement mode), but the importer needs sessions of its own, since its locks outlive a transaction. Connect directly or use session mode.',
    );
  }
}

/** The process that carries out the client's statements, and the one that it was told of when it connected. */
async function askProcess({ sql }: Connection): Promise<{ own: number; announced: number }> {
  const answer = await sql.unsafe<{ pid: number }[]>('select pg_backend_pid() as pid');
  return { own: answer[0]!.pid, announced: answer.state.pid };
}
