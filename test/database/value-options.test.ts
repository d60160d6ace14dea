import { bigint, boolean, date, numeric, pgTable, text, time, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
afterEach(() => harness.sql`drop table if exists entries`);

const withoutTags = {
  code: text('code').primaryKey(),
  userId: bigint('user_id', { mode: 'bigint' }),
  amount: numeric('amount', { precision: 12, scale: 2 }),
  bookedOn: date('booked_on'),
  opens: time('opens'),
  seenAt: timestamp('seen_at', { withTimezone: true }),
  checked: boolean('checked').notNull(),
  note: text('note'),
  remark: text('remark'),
};
const tags = bigint('tags', { mode: 'bigint' }).array();
const entries = pgTable('entries', { ...withoutTags, tags });
const createEntries = `create table entries (code text primary key, user_id bigint, amount numeric(12, 2),
  booked_on date, opens time, seen_at timestamptz, tags bigint[], checked boolean not null, note text, remark text)`;
const options = {
  name: 'entries',
  prefix: 'uploads/entries/',
  table: entries,
  rejects: { maxRows: 10 },
  file: { null: ['NULL', 'N/A'] },
  columns: {
    code: { zeroWidth: 'remove', excelText: 'apostrophe', normalize: 'NFC' },
    userId: { number: { zeroDecimals: 'drop' }, leadingZeros: 'drop' },
    amount: { number: { thousands: ',', currency: true, negative: ['(1)'], dash: 'null' } },
    bookedOn: { date: ['excel', 'Gy.M.D', 'MMM D, YYYY'] },
    opens: { time: ['H:mm', 'Ah時m分'] },
    seenAt: { timestamp: ['unix-ms', 'YYYY-MM-DD HH:mm:ss Z'], fraction: 'truncate' },
    tags: { array: { separator: ';' } },
    checked: { booleans: { true: ['✓'], false: [''] } },
    note: { null: ['?'], parse: (given: string) => (given === 'none' ? null : given.toUpperCase()) },
    remark: { empty: 'text' },
  },
} as const;
const file = [
  'code,user_id,amount,booked_on,opens,seen_at,tags,checked,note,remark',
  '\u200b\'カ\u3099-1,0017.0,"($1,234.50)",46320,9:05,1700000000123.4567,1;2,✓,ab,',
  'B,9223372036854775807,-,R6.4.1,午後3時5分,2026-01-05 10:22:11 UTC,"3",,none,""',
  'C,N/A,"NULL","Dec 24, 2020",NULL,N/A,NULL;4,"","?",N/A',
  'D,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,x',
  'N/A,1,1,60,25:00,never,a,x,n,x',
].join('\n');

/** Arrays have no binary form: without them, rows go to PostgreSQL in binary. */
const { tags: _, ...columnsWithoutTags } = options.columns;
const inBinary = {
  ...options,
  table: pgTable('entries', withoutTags),
  columns: columnsWithoutTags,
  unknownColumns: 'ignore',
} as const;

describe.each([
  ['append', 'file', 'csv', options],
  ['upsert', 'file', 'csv', options],
  ['append', { batchRows: 1, lanes: 2 }, 'csv', options],
  ['append', 'file', 'binary', inBinary],
  ['upsert', 'file', 'binary', inBinary],
  ['append', { batchRows: 1, lanes: 2 }, 'binary', inBinary],
] as const)('values as declared, %s, commit %j, %s', (mode, commit, copyFormat, options) => {
  it('arrive as they are meant, NULL as NULL, and others are rejected', async () => {
    await harness.sql.unsafe(createEntries);
    const upload = await harness.put(`uploads/entries/${mode}-${typeof commit}-${copyFormat}.csv`, file);
    const report = await harness.run(upload, defineImport({ ...options, mode, commit }));
    expect(report.failure).toBeNull();
    expect(report.file).toMatchObject({ copyFormat });
    const hasTags = copyFormat === 'csv';
    const rows = await harness.sql`select code, user_id::text, amount::text, booked_on::text, opens::text,
      seen_at::text, tags::text, checked, note, remark from entries order by code`;
    const found = rows.map((row) => Object.values({ ...row, tags: hasTags ? row.tags : 'left out' }));
    expect(found).toEqual([
      [
        'B',
        '9223372036854775807',
        null,
        '2024-04-01',
        '15:05:00',
        '2026-01-05 10:22:11+00',
        hasTags ? '{3}' : 'left out',
        false,
        null,
        '',
      ],
      [
        ...['C', null, null, '2020-12-24', null, null],
        hasTags ? '{NULL,4}' : 'left out',
        ...[false, null, null],
      ],
      [
        'ガ-1',
        '17',
        '-1234.50',
        '2026-10-25',
        '09:05:00',
        '2023-11-14 22:13:20.123456+00',
        hasTags ? '{1,2}' : 'left out',
        true,
        'AB',
        '',
      ],
    ]);
    const errors = await harness.readCsv(report.rejects!.errorsKey);
    expect(errors.map(({ line, column, code }) => `${line} ${column} ${code}`)).toEqual([
      '5 checked missing_value',
      '6 code missing_value',
      '6 booked_on invalid_date',
      '6 opens invalid_time',
      '6 seen_at invalid_timestamp',
      ...(hasTags ? ['6 tags invalid_integer'] : []),
      '6 checked invalid_boolean',
    ]);
  });
});

describe('parse', () => {
  const run = async (
    name: string,
    parse: (given: string) => string | null,
    commit: 'file' | { batchRows: number },
  ) => {
    await harness.sql.unsafe(createEntries);
    const upload = await harness.put(
      `uploads/entries/${name}.csv`,
      'code,checked,note\nA,✓,secret\nB,✓,\nC,✓,ok\n',
    );
    const columns = { ...options.columns, note: { parse } };
    return harness.run(upload, defineImport({ ...options, mode: 'append', commit, columns }));
  };

  it('rejects what it throws on, in its own words only in errors.csv', async () => {
    const parse = (given: string) => {
      if (given === 'secret') throw new Error(`"${given}" is no note`);
      return given;
    };
    const report = await run('throws', parse, 'file');
    expect(report).toMatchObject({ failure: null, counts: { read: 3, inserted: 2, rejected: 1 } });
    expect((await harness.readCsv(report.rejects!.errorsKey))[0]).toMatchObject({
      ...{ line: '2', column: 'note', code: 'parse_failed', reason: '"secret" is no note', value: 'secret' },
    });
    expect(report.rejects!.first).toEqual([
      {
        ...{ line: 2, row: 1, column: 'note', code: 'parse_failed' },
        reason: 'the import’s parse function rejects the value',
      },
    ]);
    expect(JSON.stringify(report)).not.toContain('secret');
  });

  it.each(['file', { batchRows: 1 }] as const)(
    'that returns no text fails the run, commit %j',
    async (commit) => {
      const parse = (given: string) => (given === 'ok' ? 5 : given) as string;
      const report = await run(`returns-${typeof commit}`, parse, commit);
      expect(report.failure).toMatchObject({
        name: 'DefinitionInvalid',
        blame: 'system',
        message:
          'import "entries", field "columns.note.parse": in row 3, line 4, it returned a number; let it return a text, or null.',
      });
    },
  );
});
