import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { lockDirectory } from '../../local/directory-lock.ts';
import { openDatabase } from '../../local/open-database.ts';
import { type PostgresServer, removePostgres, startPostgres } from '../../local/postgres.ts';
import { writeStackFile } from '../../local/stack-file.ts';
import { formatRows, queryText } from '../../local/text-rows.ts';
import { makeFolder } from './make-folder.ts';
import { LocalCommands } from './run-command.ts';

const directory = makeFolder();
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ directory, port: 0, fsync: false });
});
afterAll(() => removePostgres(directory));

const show = async (statement: string, maxWidth?: number): Promise<string[]> => {
  const sql = openDatabase(server.url);
  onTestFinished(() => sql.end());
  const [result] = await queryText(sql, statement);
  return formatRows(result!, maxWidth).split('\n');
};

describe('rows as text', () => {
  it.each([
    ['9223372036854775807::int8', '9223372036854775807'],
    ['12345678901234567890.1234567890::numeric', '12345678901234567890.1234567890'],
    ['0.1::float8 + 0.2', '0.30000000000000004'],
    ["'1 mon 02:00'::interval", '1 mon 02:00:00'],
    [`'\\x00ff'::bytea`, '\\x00ff'],
    [`'{"b": 1.00, "a": 9223372036854775807}'::json`, '{"b": 1.00, "a": 9223372036854775807}'],
    [`array['NULL', null, '']`, '{"NULL",NULL,""}'],
    ["'infinity'::date", 'infinity'],
    ["'0044-03-15 BC'::date", '0044-03-15 BC'],
    ["timestamp '2026-11-05 00:00:00.123456'", '2026-11-05 00:00:00.123456'],
    ['true', 't'],
  ])('%s', async (expression, text) => {
    expect(await show(`select ${expression} as value`)).toEqual(['value', text]);
  });

  it('tell NULL from texts that look like it, and show white space at the ends', async () => {
    const values =
      "(null), (''), ('NULL'), ('null'), ('''NULL'''), ('it''s'), ('a '), ('　b'), (E'c\\n\\x1b')";
    expect(await show(`select * from (values ${values}) as t (value)`)).toEqual([
      'value',
      'NULL',
      "''",
      "'NULL'",
      "'null'",
      "'''NULL'''",
      "it's",
      "'a '",
      "'　b'",
      'c\\u000a\\u001b',
    ]);
  });

  it('have columns of one name, and no rows', async () => {
    expect(await show('select 1 as a, 2 as a')).toEqual(['a  a', '1  2']);
    expect(await show('select 1 as a where false')).toEqual(['a']);
  });

  it('are cut between characters, within the quotes', async () => {
    expect(await show("select repeat('か\u3099', 9) || '  ' as value", 6)).toEqual([
      'value',
      "'か\u3099か\u3099…'",
    ]);
    expect(await show("select 'abcdef' as value", 6)).toEqual(['value', 'abcdef']);
  });

  it('can be as many as fit into memory', async () => {
    expect(await show('select n from generate_series(1, 200000) as n')).toHaveLength(200_001);
  });
});

describe('npm run sql', () => {
  const statement =
    "select date '2026-11-05' as day, timestamp '2026-03-08 02:30' as at, timestamptz '2026-11-05 00:00:00+00' as moment; select 1 as one";

  it.each(['America/Los_Angeles', 'UTC', 'Asia/Tokyo', 'Pacific/Kiritimati'])(
    'shows what is stored, whatever the time zone of the machine: %s',
    async (TZ) => {
      const commands = new LocalCommands();
      onTestFinished(lockDirectory(commands.directory));
      writeStackFile(commands.directory, {
        pid: process.pid,
        endpoints: {
          s3: 'http://127.0.0.1:1',
          stepFunctions: 'http://127.0.0.1:1',
          eventBridge: 'http://127.0.0.1:1',
        },
        databaseUrl: server.url,
        uploadBucket: 'u',
        resultsBucket: 'r',
        stateMachineArn: 'arn',
      });
      const { stdout, stderr } = await commands.start(['sql', statement], { env: { TZ } }).ended;
      expect(stderr).toBe('');
      const sql = openDatabase(server.url);
      const [row] = await sql`select (timestamptz '2026-11-05 00:00:00+00')::text as moment`.finally(() =>
        sql.end(),
      );
      expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
        ['day', 'at', 'moment'],
        ['2026-11-05', '2026-03-08 02:30:00', row!.moment],
        ['one'],
        ['1'],
        [''],
      ]);
    },
  );
});
