import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { deriveRunId, type Upload } from '../../contract/upload.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('items', { id: integer('id').primaryKey(), note: text('note') });
const items = (changes: Partial<ImportOptions<typeof table>> = {}) =>
  defineImport({ name: 'items', prefix: 'items/', table, mode: 'append', ...changes });

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists items cascade;
    create table items (id integer primary key, note text)`);
});

const loaded = () => harness.sql`select id, note from items order by id`;
const ledger = async () =>
  (await harness.sql`select * from csv_import.runs order by first_started_at`).at(-1)!;
const run = (upload: Upload, definition = items(), attempt = {}) =>
  harness.run(upload, definition, {
    attempt: { importName: 'items', runId: deriveRunId('items', upload), ...attempt },
  });

describe('empty rows', () => {
  const file = 'id,note\n1,a\n,\n2,b\n , \n';

  it('are counted in report, ledger, notice and progress, and are not loaded', async () => {
    const upload = await harness.put('items/a.csv', file);
    const report = await run(upload);
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 2, inserted: 2, emptyRows: 2 } });
    expect(report.notice!.text).toContain('Rows: 2 read, 2 inserted; 2 empty, skipped');
    expect(await loaded()).toMatchObject([{ id: 1 }, { id: 2 }]);
    expect(await ledger()).toMatchObject({ rows_read: '2', rows_empty: '2' });
    const progress = JSON.parse(
      (await harness.read(`progress/${report.runId}/${report.attempt}.json`)).toString(),
    );
    expect(progress).toMatchObject({ rowsRead: 2, emptyRows: 2 });
    expect(await run(upload)).toMatchObject({ outcome: 'already-imported', counts: report.counts });
  });

  it('do not change the line and row numbers of others', async () => {
    const report = await run(await harness.put('items/a.csv', `${file}x,c\n`));
    expect(report).toMatchObject({
      failure: { name: 'RowsRejected' },
      counts: { read: 3, rejected: 1, emptyRows: 2 },
      rejects: { first: [{ line: 6, row: 3 }] },
    });
    expect(await ledger()).toMatchObject({ status: 'failed', rows_empty: '2' });
  });

  it('are rows where the import says so', async () => {
    await harness.sql`alter table items drop constraint items_pkey, alter id drop not null`;
    const notes = defineImport({
      name: 'items',
      prefix: 'items/',
      table: pgTable('items', { note: text('note') }),
      mode: 'append',
      file: { emptyRows: 'load' },
    });
    const report = await run(await harness.put('items/a.csv', 'note\nx\n\ny\n'), notes);
    expect(report.counts).toMatchObject({ read: 3, inserted: 3, emptyRows: 0 });
    expect((await loaded()).map(({ note }) => note)).toEqual(['x', null, 'y']);
  });
});

describe('empty rows in batches', () => {
  /** Down for the row with this id, as if the server was. */
  const breakAt = (id: number) =>
    harness.sql.unsafe(`
      create or replace function break_down() returns trigger language plpgsql as $$
        begin raise exception 'down' using errcode = '57P01'; end $$;
      create trigger break_down before insert on items for each row when (new.id = ${id}) execute function break_down()`);
  /** Blocks of rows with empty ones before, between and behind; more of these than a batch has rows. */
  const lines = Array.from({ length: 40 }, (_, at) => [
    ',',
    `${at + 1},n`,
    ' ,',
    ...(at % 10 ? [] : Array(30).fill(',')),
  ]);
  const file = `id,note\n${lines.flat().join('\n')}\n,\n,\n`;
  const emptyRows = 40 * 2 + 4 * 30 + 2;

  it.each([
    ['one lane', 1, 17],
    ['several lanes, so that batches commit out of order', 4, 3],
  ])('%s: counted once each, also by the attempt that resumes', async (_, lanes, broken) => {
    const upload = await harness.put('items/a.csv', file);
    const definition = items({ commit: { batchRows: 5, lanes } });
    await breakAt(broken);
    expect(await run(upload, definition)).toMatchObject({ failure: { name: 'DatabaseUnavailable' } });
    await harness.sql`drop trigger break_down on items`;
    const report = await run(upload, definition, { attempt: 'second' });
    expect(report).toMatchObject({
      outcome: 'imported',
      counts: { read: 40, inserted: 40, rejected: 0, emptyRows },
    });
    expect(await loaded()).toHaveLength(40);
    expect(await ledger()).toMatchObject({ rows_empty: String(emptyRows) });
  });
});

describe('rows that are not as long as the header', () => {
  it('are loaded as declared, also through a staging table', async () => {
    const file = 'id,note\n1,a,\n2\n3,c\n4,d,x\n';
    const declared = {
      file: { extraValues: 'dropEmpty', missingValues: 'empty' },
      rejects: { maxRows: 1 },
    } as const;
    for (const mode of ['append', 'upsert'] as const) {
      await harness.sql`truncate items`;
      const report = await run(await harness.put(`items/${mode}.csv`, file), items({ ...declared, mode }));
      expect(report.counts).toMatchObject({ read: 4, inserted: 3, rejected: 1 });
      expect(await loaded()).toEqual([
        { id: 1, note: 'a' },
        { id: 2, note: null },
        { id: 3, note: 'c' },
      ]);
      expect((await harness.read(report.rejects!.rowsKey)).toString()).toBe('id,note\n4,d,x\n');
    }
  });
});

describe('lines that are no rows', () => {
  const above = 'Stock of "all" plants\n\n# plant 7\nid,note\n# first\n';
  const declared = { file: { header: 'find', comment: '#', skipFooter: 1 } } as const;

  it('are skipped and told, and rows.csv has those above the rows, so that it can be corrected', async () => {
    const upload = await harness.put('items/a.csv', `${above}1,a\n# x\nx,b\nTotal,2\n\u001a`);
    const definition = items({ ...declared, rejects: { maxRows: 1 } });
    const report = await run(upload, definition);
    expect(report).toMatchObject({
      counts: { read: 2, inserted: 1, rejected: 1 },
      file: {
        skippedLines: 2,
        commentLines: 3,
        footerLines: 1,
        notes: ['the end mark ^Z (byte 0x1A) at its end dropped'],
      },
      rejects: { first: [{ line: 8, row: 2 }], above: { lines: 4, columns: ['id', 'note'] } },
    });
    const rows = (await harness.read(report.rejects!.rowsKey)).toString();
    expect(rows).toBe(`${above.replace('# first\n', '')}x,b\nTotal,2\n`);
    const corrected = await harness.put('items/b.csv', rows.replace('x,b', '2,b'));
    expect(await run(corrected, definition)).toMatchObject({ counts: { read: 1, inserted: 1, rejected: 0 } });
    expect(await loaded()).toHaveLength(2);
  });

  it.each([
    ['two', 2],
    ['their first cells', ['Total', 'Printed "today']],
  ])('at the end, by %s: also in rows.csv, so that no row is taken for one', async (_, skipFooter) => {
    const below = 'Total,2\nPrinted "today\n\n';
    const definition = items({ file: { header: 'find', skipFooter }, rejects: { maxRows: 2 } });
    const text = (rows: string) => `Stock\nid,note\n${rows}${below}`;
    const report = await run(await harness.put('items/a.csv', text('1,a\nx,b\ny,c\n')), definition);
    expect(report).toMatchObject({
      counts: { read: 3, inserted: 1, rejected: 2 },
      file: { skippedLines: 1, footerLines: 2 },
    });
    const rows = (await harness.read(report.rejects!.rowsKey)).toString();
    expect(rows).toBe(text('x,b\ny,c\n'));
    const corrected = await harness.put('items/b.csv', rows.replace('x,', '2,').replace('y,', '3,'));
    expect(await run(corrected, definition)).toMatchObject({
      counts: { read: 2, inserted: 2, rejected: 0 },
      file: { footerLines: 2 },
    });
    expect(await loaded()).toHaveLength(3);
  });

  it('in a file without a header: rows.csv has none either, in the encoding of the file', async () => {
    const text = (id: string) => Buffer.from(`\ufeff# é\r\n${id},a\r\n`, 'utf16le');
    const definition = items({ file: { header: ['id', 'note'], comment: '#' } });
    const report = await run(await harness.put('items/a.csv', text('x')), definition);
    expect(report).toMatchObject({
      failure: { name: 'RowsRejected' },
      rejects: { first: [{ line: 2, row: 1 }], above: { lines: 1, columns: ['id', 'note'] } },
    });
    expect(await harness.read(report.rejects!.rowsKey)).toEqual(text('x'));
    const corrected = await run(await harness.put('items/b.csv', text('1')), definition);
    expect(corrected).toMatchObject({ counts: { inserted: 1 }, file: { commentLines: 1 } });
  });

  it.each([
    ['UTF-8', (text: string) => Buffer.from(text)],
    ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ])('in batches of %s are counted once each, also by the attempt that resumes', async (_, encode) => {
    const lines = Array.from({ length: 40 }, (_, at) => `${at + 1},n\n# ${at}\n`);
    const upload = await harness.put('items/a.csv', encode(`${above}${lines.join('')}Total,40\n\u001a`));
    const definition = items({ ...declared, commit: { batchRows: 5, lanes: 2 } });
    await harness.sql.unsafe(`
      create or replace function break_down() returns trigger language plpgsql as $$
        begin raise exception 'down' using errcode = '57P01'; end $$;
      create trigger break_down before insert on items for each row when (new.id = 13) execute function break_down()`);
    expect(await run(upload, definition)).toMatchObject({ failure: { name: 'DatabaseUnavailable' } });
    await harness.sql`drop trigger break_down on items`;
    expect(await run(upload, definition, { attempt: 'second' })).toMatchObject({
      outcome: 'imported',
      counts: { read: 40, inserted: 40 },
      file: {
        skippedLines: 2,
        commentLines: 42,
        footerLines: 1,
        notes: ['the end mark ^Z (byte 0x1A) at its end dropped'],
      },
    });
    expect(await loaded()).toHaveLength(40);
  });
});
