import { createHash } from 'node:crypto';
import type { Sql } from 'postgres';
import type { Attempt } from '../../contract/environment.ts';
import { sortableSequencer } from '../../contract/upload.ts';
import type { Connection } from '../load/connection.ts';
import { keyLock } from './ledger.ts';

/** How many runs may load at once; null: any number. */
export interface Limits {
  /** Of all imports together. */
  stack: number | null;
  /** Of the run's import. */
  import: number | null;
}

/** Where a run stands in the queue. Counts are of other runs; `import` counts those of the same import. */
export interface Standing {
  /** Runs that load. */
  running: { stack: number; import: number };
  /** Runs that have waited for longer and are expected to come back. */
  ahead: { stack: number; import: number };
  /** Those of them that are polling now, so that they would take a slot that is free. */
  polling: { stack: number; import: number };
  /** Whether an earlier upload of the same key loads or waits. */
  keyBusy: boolean;
  /** Whether a slot may be free for this run. */
  mayTry: boolean;
  /** How long a run takes, by those that ended last; null where none has. */
  averageSeconds: number | null;
  /** How long the run has been waiting. */
  waitedSeconds: number;
}

/** An importer that waits polls twice a second: after this it has died, or gone away. */
const POLLING_SECONDS = 5;
/** Fargate may have to be asked for a while before a waiting run comes back; later than this it was given up. */
const LATE_SECONDS = 1_800;
/** An importer that has not polled for so long was killed, however busy the database is. */
const DEAD_SECONDS = 30;
/** So many ended runs tell how long one takes. */
const RECENT_RUNS = 50;

/**
 * The runs' slots. One is a session-level advisory lock, one of as many as the limit allows: PostgreSQL lets go of it
 * the moment that the loading session ends, however it ends. So no crash loses a slot, no two runs have the same, and
 * there is nothing to clear up. The table `waiting` only says who comes next.
 */
export class Slots {
  readonly #sql: Sql;
  readonly #attempt: Attempt;
  readonly limits: Limits;
  /** The numbers of the locks that the run has. */
  #held: { own: number; shared: number } | null = null;

  /** @param sql a session that holds no slot, and sees and enters what others must see at once */
  constructor(sql: Sql, attempt: Attempt, limits: Limits) {
    this.#sql = sql;
    this.#attempt = attempt;
    this.limits = limits;
  }

  /** Enters that the run waits, and finds out who else does. */
  async poll(): Promise<Standing> {
    const { runId, attempt, importName, upload } = this.#attempt;
    const sequencer = upload.sequencer === '' ? '' : sortableSequencer(upload.sequencer);
    const lock = BigInt.asUintN(64, keyLock(this.#attempt));
    const [row] = await this.#sql<Record<string, string | boolean | null>[]>`
      with locks as (
        select classid::bigint as class, objid::bigint as object, objsubid
        from pg_locks
        where locktype = 'advisory' and granted
          and database = (select oid from pg_database where datname = current_database())
      ), alive as (
        select * from csv_import.waiting
        where returns_at > clock_timestamp()
          - case when away then ${LATE_SECONDS}::int else ${DEAD_SECONDS}::int end * interval '1 s'
      ), own_key as (
        select exists (
          select from locks
          where objsubid = 1 and class = ${(lock >> 32n).toString()}::bigint and object = ${(lock & 0xffffffffn).toString()}::bigint
        ) or exists (
          select from alive
          where import = ${importName} and bucket = ${upload.bucket} and key = ${upload.key}
            and run_id <> ${runId} and sequencer <> '' and sequencer collate "C" < ${sequencer} collate "C"
        ) as busy
      ), me as (
        insert into csv_import.waiting (run_id, import, bucket, key, sequencer, attempt, asked_at)
        select ${runId}, ${importName}, ${upload.bucket}, ${upload.key}, ${sequencer}, ${attempt},
          case when busy then '-infinity' else clock_timestamp() end
        from own_key
        on conflict (run_id) do update set asked_at = excluded.asked_at, returns_at = clock_timestamp(),
          away = false, attempt = excluded.attempt
        returning since
      ), ahead as (
        select alive.import = ${importName} as same, asked_at > clock_timestamp() - ${POLLING_SECONDS} * interval '1 s' as polling
        from alive, me
        where alive.run_id <> ${runId} and (alive.since, alive.run_id) < (me.since, ${runId})
      )
      select
        (select count(*) from locks where objsubid = 2 and class = ${scopeOf(null)}) as stack_running,
        (select count(*) from locks where objsubid = 2 and class = ${scopeOf(importName)}) as import_running,
        (select extract(epoch from clock_timestamp() - since) from me) as waited,
        (select count(*) from ahead) as stack_ahead,
        (select count(*) from ahead where same) as import_ahead,
        (select count(*) from ahead where polling) as stack_polling,
        (select count(*) from ahead where polling and same) as import_polling,
        (select busy from own_key) as key_busy,
        (
          select avg(extract(epoch from ended_at - started_at))
          from (select * from csv_import.runs where ended_at is not null order by ended_at desc limit ${RECENT_RUNS}) recent
          where status = 'imported'
        ) as average`;
    const count = (name: string) => Number(row![name]);
    const counts = (name: string) => ({ stack: count(`stack_${name}`), import: count(`import_${name}`) });
    const [running, ahead, polling] = [counts('running'), counts('ahead'), counts('polling')];
    const free = (scope: keyof Limits) =>
      this.limits[scope] === null || running[scope] + polling[scope] < this.limits[scope];
    return {
      running,
      ahead,
      polling,
      keyBusy: row!.key_busy === true,
      mayTry: free('stack') && free('import'),
      averageSeconds: row!.average === null ? null : Number(row!.average),
      waitedSeconds: Math.round(Number(row!.waited)),
    };
  }

  /**
   * Takes a slot for the session that is going to load, if one is free. Every run takes one of its import and one of the
   * stack, limited or not, so that both are counted.
   *
   * @param withKey takes the key's lock, too, for this session: without it no slot, since two attempts on one key may
   *   both find it free, and the second would keep its slot for as long as it waits for the first
   * @returns false, and nothing is held
   * @throws Error where the session is gone, and with it whatever it had taken
   */
  async take({ statements: sql }: Connection, withKey: boolean): Promise<boolean> {
    const ownScope = scopeOf(this.#attempt.importName);
    const own = await takeSlot(sql, ownScope, this.limits.import);
    if (own === null) return false;
    const shared = await takeSlot(sql, scopeOf(null), this.limits.stack);
    const taken = shared !== null && (!withKey || (await this.#takeKey(sql)));
    if (taken) {
      this.#held = { own, shared };
      await this.giveUp();
      return true;
    }
    await sql`select pg_advisory_unlock(${ownScope}::int, ${own}::int)`;
    if (shared !== null) await sql`select pg_advisory_unlock(${scopeOf(null)}::int, ${shared}::int)`;
    return false;
  }

  /** Gives the slot back, by the session that has taken it, but not the key's lock. */
  async giveBack({ statements: sql }: Connection): Promise<void> {
    if (this.#held === null) return;
    const { own, shared } = this.#held;
    this.#held = null;
    await sql`
      select pg_advisory_unlock(${scopeOf(this.#attempt.importName)}::int, ${own}::int),
             pg_advisory_unlock(${scopeOf(null)}::int, ${shared}::int)`;
  }

  /** Waits no more: whoever is behind this run need not wait for it, either. */
  async giveUp(): Promise<void> {
    const { runId, attempt } = this.#attempt;
    await this.#sql`delete from csv_import.waiting where run_id = ${runId} and attempt = ${attempt}`;
  }

  async #takeKey(sql: Sql): Promise<boolean> {
    const [key] = await sql<{ taken: boolean }[]>`
      select pg_try_advisory_lock(${keyLock(this.#attempt).toString()}::bigint) as taken`;
    return key!.taken;
  }

  /** Enters when the run is expected back, and forgets those who never came. */
  async leave(seconds: number): Promise<void> {
    await this.#sql`
      update csv_import.waiting set returns_at = clock_timestamp() + ${seconds} * interval '1 s', away = true
      where run_id = ${this.#attempt.runId}`;
    await this.#sql`delete from csv_import.waiting where returns_at < clock_timestamp() - interval '1 day'`;
  }
}

/** More than will ever run at once. */
const ANY_NUMBER = 10_000;

/** The number of the first free slot, which the session has from now on; null: none is free. */
async function takeSlot(sql: Sql, scope: number, limit: number | null): Promise<number | null> {
  // The condition is tried slot by slot, and no more once one was had.
  const [taken] = await sql<{ slot: number }[]>`
    select slot from generate_series(1, ${limit ?? ANY_NUMBER}::int) as slot
    where pg_try_advisory_lock(${scope}::int, slot) limit 1`;
  return taken?.slot ?? null;
}

/** The first half of the locks of an import's runs, or of all runs: 31 bits, since PostgreSQL shows it unsigned. */
function scopeOf(importName: string | null): number {
  const identity = JSON.stringify(['csv-import slots', importName]);
  return createHash('sha256').update(identity).digest().readUInt32BE() >>> 1;
}
