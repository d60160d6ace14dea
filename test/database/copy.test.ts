import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect } from '../../task/load/connect.ts';
import { type CopyIn, startCopy } from '../../task/load/copy.ts';
import { databaseFailure } from '../../task/load/database-failure.ts';
import { inTransaction } from '../../task/load/transaction.ts';
import { createTcpProxy } from '../support/tcp-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.sql`create table numbers (id integer primary key, note text)`;
});
afterAll(() => database.drop());

/** Feeds a COPY on a connection of its own; what comes of it, by the failure's name. */
async function copy(
  url: string,
  feed: (copying: CopyIn) => Promise<unknown>,
  table = 'numbers',
): Promise<unknown> {
  const connection = connect({ url, tls: 'url' }, 'copy');
  try {
    return await inTransaction(connection, async (tx) => {
      const copying = await startCopy(tx, `copy ${table} from stdin with (format csv)`);
      try {
        return await feed(copying);
      } catch (error) {
        await copying.abandon();
        throw error;
      }
    }).catch((error: unknown) => databaseFailure(error).name);
  } finally {
    await connection.sql.end({ timeout: 0 });
  }
}

it('counts the rows that it took', async () => {
  const rows = async ({ write, finish }: CopyIn) => {
    await write(Buffer.from('1,one\n2,'));
    await write(Buffer.from('two\n3,three'));
    return finish();
  };
  expect(await copy(database.url, rows)).toBe(3);
});

it('tells of an error that comes after the last byte', async () => {
  const twice = async ({ write, finish }: CopyIn) => {
    await write(Buffer.from('9,one\n9,again\n'));
    return finish();
  };
  const connection = connect({ url: database.url, tls: 'url' }, 'copy');
  const copied = inTransaction(connection, async (tx) =>
    twice(await startCopy(tx, 'copy numbers from stdin with (format csv)')),
  );
  await expect(copied).rejects.toMatchObject({ code: '23505', constraint_name: 'numbers_pkey' });
  await connection.sql.end();
});

it('gives up without a trace', async () => {
  const half = async ({ write }: CopyIn) => {
    await write(Buffer.from('100,x\n'));
    throw new Error('enough');
  };
  expect(await copy(database.url, half)).toBe('UnexpectedError');
  expect(await database.sql`select from numbers where id = 100`).toHaveLength(0);
});

it('calls a connection that is cut while it writes by its name, whenever that is', async () => {
  const block = Buffer.from(`${'x'.repeat(1024)}\n`.repeat(256));
  for (let round = 0; round < 15; round++) {
    const proxy = await createTcpProxy(inject('postgresUrl'));
    const endless = async ({ write }: CopyIn) => {
      await write(Buffer.from('200,"'));
      void sleep(round).then(() => proxy.refuse());
      for (;;) await write(block);
    };
    expect(await copy(proxy.through(database.url), endless)).toBe('DatabaseUnavailable');
    await proxy.close();
  }
});

describe('an error that comes with the answer to COPY', () => {
  beforeAll(async () => {
    await database.sql.unsafe(`
      create view all_numbers as select * from numbers;
      create materialized view old_numbers as select * from numbers;
      create sequence counter;
      create table closed (id integer);
      create function refuse() returns trigger language plpgsql as $$ begin raise 'closed for today'; end $$;
      create trigger refuse before insert on closed execute function refuse();
      create foreign data wrapper nowhere;
      create server nobody foreign data wrapper nowhere;
      create foreign table elsewhere (id integer) server nobody;
      create table halves (id integer) partition by range (id)`);
  });

  const codes: [table: string, code: string][] = [
    ['closed', 'P0001'],
    ['all_numbers', '42809'],
    ['old_numbers', '42809'],
    ['counter', '42809'],
    ['elsewhere', '55000'],
    ['missing', '42P01'],
  ];
  it.each(codes)('of %s rejects like any other, and the session goes on', async (name, code) => {
    const connection = connect({ url: database.url, tls: 'url' }, 'copy');
    await inTransaction(connection, async (tx) => {
      const copied = tx.savepoint(async () => {
        const copying = await startCopy(tx, `copy ${name} from stdin with (format csv)`);
        await copying.write(Buffer.from('1\n'));
        return copying.finish();
      });
      await expect(copied).rejects.toMatchObject({ code });
      // As far as the event loop goes: nothing of it comes later.
      await sleep(20);
      const copying = await startCopy(tx, 'copy numbers (id) from stdin with (format csv)');
      await copying.write(Buffer.from('300\n'));
      expect(await copying.finish()).toBe(1);
      throw new Error('enough');
    }).catch((error: Error) => expect(error.message).toBe('enough'));
    await connection.sql.end();
  });

  it.each([0, 1, 2, 3])(
    'is told to whoever looks at it %i rounds of the event loop later',
    async (rounds) => {
      const later = async ({ write, finish }: CopyIn) => {
        for (let round = 0; round < rounds; round++) await sleep(round * 10);
        await write(Buffer.from('1\n'));
        return finish();
      };
      expect(await copy(database.url, later, 'closed')).toBe('UnexpectedError');
    },
  );

  it('lets the load be given up', async () => {
    const nothing = async ({ abandon }: CopyIn) => {
      await abandon();
      return 'given up';
    };
    // COMMIT is answered with ROLLBACK.
    expect(await copy(database.url, nothing, 'closed')).toBe('UnexpectedError');
  });

  it('of a connection that is ended meanwhile rejects too', async () => {
    const connection = connect({ url: database.url, tls: 'url' }, 'copy');
    const copied = inTransaction(connection, async (tx) => {
      const starting = startCopy(tx, 'copy numbers from stdin with (format csv)');
      void connection.sql.end({ timeout: 0 });
      const copying = await starting;
      await copying.write(Buffer.from('400,"'));
      for (;;) await copying.write(Buffer.from('x'.repeat(1024)));
    });
    await expect(copied).rejects.toMatchObject({ code: expect.stringMatching(/^CONNECTION_/) });
  });
});
