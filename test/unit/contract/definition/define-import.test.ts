import {
  integer,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  serial,
  text,
  timestamp,
  varchar,
} from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import {
  checkTogether,
  defineImport,
  findImport,
  type ImportOptions,
} from '../../../../contract/definition/define-import.ts';

const status = pgEnum('order_status', ['open', 'paid']);
const orders = pgTable('orders', {
  orderNo: varchar('order_no', { length: 12 }).primaryKey(),
  amount: numeric('amount', { precision: 10, scale: 2 }).notNull(),
  status: status('status').notNull().default('open'),
  placedAt: timestamp('placed_at', { withTimezone: true, precision: 3 }),
  details: jsonb('details'),
  internalId: integer('internal_id').generatedAlwaysAsIdentity(),
});
const events = pgTable('events', { id: serial('id'), what: text('what').notNull() });
const valid = { name: 'orders', prefix: 'uploads/orders/', table: orders, mode: 'upsert' } as const;

/** Definitions as a user without types might write them. */
function define(changes: Record<string, unknown>): unknown {
  return defineImport({ ...valid, ...changes } as unknown as ImportOptions);
}

describe('defineImport derives everything from the table', () => {
  it('columns, types, nullability, key; generated columns are left out', () => {
    const definition = defineImport(valid);
    expect(definition.key).toEqual(['order_no']);
    expect(definition.columns.map(({ name, notNull, required }) => [name, notNull, required])).toEqual([
      ['order_no', true, true],
      ['amount', true, true],
      ['status', true, false],
      ['placed_at', false, false],
      ['details', false, false],
    ]);
    expect(definition.columns.map(({ type }) => type)).toEqual([
      { kind: 'text', maxLength: 12 },
      { kind: 'numeric', precision: 10, scale: 2 },
      { kind: 'enum', values: ['open', 'paid'] },
      { kind: 'timestamp', precision: 3, withTimeZone: true },
      { kind: 'json', binary: true },
    ]);
    expect(definition).toMatchObject({
      rejects: { maxRows: 0, maxWritten: 100_000 },
      commit: 'file',
      unknownColumns: 'fail',
      file: {
        delimiter: null,
        quote: '"',
        escape: 'double',
        spaceAroundQuotes: 'reject',
        newline: 'any',
        encoding: null,
        extensions: ['.csv', '.csv.gz', '.csv.zst', '.zip'],
        maxBytes: 50 * 1024 ** 3,
        maxRatio: 200,
      },
    });
  });

  it.each([
    [{}, { maxRows: 0, maxWritten: 100_000 }],
    [{ maxRows: 5 }, { maxRows: 5, maxWritten: 100_000 }],
    [{ maxWritten: 7 }, { maxRows: 0, maxWritten: 7 }],
    [
      { maxPercent: 1, maxWritten: 7 },
      { maxPercent: 1, maxWritten: 7 },
    ],
  ])('rejects: %j', (rejects, checked) => {
    expect(defineImport({ ...valid, rejects }).rejects).toEqual(checked);
  });

  it('mode "replace" with a limit of the rejects that are written', () => {
    const definition = defineImport({ ...valid, mode: 'replace', rejects: { maxWritten: 7 } });
    expect(definition.rejects).toEqual({ maxRows: 0, maxWritten: 7 });
  });

  it('a key of several columns, in the order given', () => {
    expect(defineImport({ ...valid, key: ['status', 'orderNo'] }).key).toEqual(['status', 'order_no']);
  });
});

describe('defineImport refuses, naming the definition, the field and the remedy', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a prefix without its slash', { prefix: 'uploads/orders' }, /import "orders", field "prefix": .*slash/],
    [
      'a prefix that begins with a slash',
      { prefix: '/uploads/orders/' },
      /field "prefix": .*without a slash at the start/,
    ],
    ['a name with spaces', { name: 'My orders' }, /import "My orders", field "name": use lower-case letters/],
    ['no name', { name: undefined }, /an import without a name, field "name"/],
    ['something that is no table', { table: {} }, /field "table": pass a table made by pgTable/],
    [
      'an unknown mode',
      { mode: 'merge' },
      /field "mode": use "append", "insert", "update", "upsert", "replace" or "delete"/,
    ],
    [
      'an unknown key column',
      { key: ['number'] },
      /field "key": table "orders" has no column "number"; it has orderNo, amount/,
    ],
    ['options for an unknown column', { columns: { nr: {} } }, /field "columns": .* no column "nr"/],
    ['a rule for an unknown column', { rules: { nr: { min: 1 } } }, /field "rules": .* no column "nr"/],
    ['an unknown option', { mod: 'x' }, /mod/],
    [
      'a commit that is neither',
      { commit: { rows: 3 } },
      /field "commit": use "file", or \{ batchRows: 50_000/,
    ],
    [
      'batches of a replace',
      { mode: 'replace', commit: { batchRows: 10 } },
      /field "commit": mode "replace" puts the whole file in the table's place at once/,
    ],
    [
      'several lanes of an upsert',
      { commit: { batchRows: 10, lanes: 2 } },
      /field "commit.lanes": mode "upsert" takes one lane/,
    ],
    [
      'duplicates that batches cannot find',
      { commit: { batchRows: 10 }, duplicates: 'reject' },
      /field "duplicates": "reject" needs all rows of the file at once/,
    ],
    [
      'rejects of which none is written',
      { rejects: { maxWritten: 0 } },
      /field "rejects.maxWritten": use a whole/,
    ],
    [
      'a header that is none',
      { file: { header: 'second' } },
      /field "file.header": use 'first', 'find', the columns/,
    ],
    [
      'one row as several',
      { file: { header: { rows: 1, names: 'last' } } },
      /field "file.header.rows": use .* with 2 to 10 rows/,
    ],
    ['lines below zero', { file: { skipLines: -1 } }, /field "file.skipLines": use a whole number of lines/],
    [
      'half a line at the end',
      { file: { skipFooter: 0.5 } },
      /"file.skipFooter": use a whole number of lines/,
    ],
    ['a footer without a word', { file: { skipFooter: [' '] } }, /"file.skipFooter.*": use .* first cells/],
    [
      'comments that begin as an empty value does',
      { file: { comment: '##', delimiter: '#' } },
      /"file.comment": "##" begins as the file’s delimiter or quote does/,
    ],
    [
      'a comment that is a delimiter',
      { file: { comment: ';' } },
      /field "file.comment": use what comments begin/,
    ],
    [
      'empty rows that are neither',
      { file: { emptyRows: 'drop' } },
      /"file.emptyRows": use "skip" or "load"/,
    ],
    [
      'a position of zero',
      { columns: { amount: { position: 0 } } },
      /"columns.amount.position": use the number/,
    ],
    [
      'two columns at one position',
      { columns: { orderNo: { position: 2 }, amount: { position: 2 } } },
      /"columns.orderNo.position": column "amount" has position 2, too/,
    ],
    ['rejects that are neither', { rejects: { rows: 3 } }, /field "rejects": use \{ maxRows: 100 \}/],
    [
      'a key that the database generates',
      { key: ['internalId'] },
      /field "key": column "internal_id" is generated/,
    ],
    [
      'an option of the file outside of file',
      { encoding: 'utf-8' },
      /field "encoding": this describes the file: write it as file: \{ encoding: … \}\.$/,
    ],
    ['a file that is no object', { file: 'a.csv' }, /field "file": write it as \{ … \} with any of /],
    [
      'a misspelt option of the file',
      { file: { encodng: 'utf-8' } },
      /field "file": there is no option "encodng"; it has .*encoding/,
    ],
    ['another name of an encoding', { file: { encoding: 'utf8' } }, /field "file.encoding": write "utf-8"/],
    ['an encoding that is not', { file: { encoding: 'utf9' } }, /field "file.encoding": use one of utf-8, /],
    ['no delimiter', { file: { delimiter: '' } }, /field "file.delimiter": use 1 to 10 characters/],
    ['a long delimiter', { file: { delimiter: '§'.repeat(11) } }, /field "file.delimiter": use 1 to 10 char/],
    [
      'a newline as delimiter',
      { file: { delimiter: '\r\n' } },
      /field "file.delimiter": a newline ends a row/,
    ],
    ['a NUL as delimiter', { file: { delimiter: '\0' } }, /field "file.delimiter": NUL and half a surrogate/],
    ['an unknown quote', { file: { quote: '`' } }, /field "file.quote": use one of "\\"", "'", "none", or/],
    [
      'an unknown escape',
      { file: { escape: '\\' } },
      /field "file.escape": use one of "double", "backslash"/,
    ],
    ['an unknown newline', { file: { newline: 'crlf' } }, /field "file.newline": use one of "any", "lf"/],
    [
      'spaces around quotes, said otherwise',
      { file: { spaceAroundQuotes: true } },
      /field "file.spaceAroundQuotes": use one of "reject", "ignore"/,
    ],
    [
      'a quote in the delimiter',
      { file: { delimiter: `|"|` } },
      /field "file.delimiter": it contains the quote ", .* set quote: "none"/,
    ],
    [
      'an escape that a delimiter may begin with',
      { file: { delimiter: 'n', escape: 'backslash' } },
      /field "file.delimiter": with escape: "backslash" it may not .*choose another, or leave escape out/,
    ],
    [
      'spaces around no quotes',
      { file: { quote: 'none', spaceAroundQuotes: 'ignore' } },
      /field "file.spaceAroundQuotes": with quote: "none" there are no quotes; leave one/,
    ],
    [
      'spaces between values and to be ignored',
      { file: { delimiter: ' ', spaceAroundQuotes: 'ignore' } },
      /field "file.spaceAroundQuotes": spaces separate the values/,
    ],
    ['a size of nothing', { file: { maxBytes: 0 } }, /field "file.maxBytes": use a whole number of bytes/],
    ['a ratio of nothing', { file: { maxRatio: 0 } }, /field "file.maxRatio": use a number above 0/],
    ['no extension', { file: { extensions: [] } }, /field "file.extensions": list at least one/],
    [
      'an extension without a dot',
      { file: { extensions: ['csv'] } },
      /"file.extensions.0": write extensions in lower case with their dot/,
    ],
  ])('%s', (_, changes, message) => {
    expect(() => define(changes)).toThrow(
      expect.objectContaining({ name: 'DefinitionInvalid', message: expect.stringMatching(message) }),
    );
  });

  it.each([null, undefined, 5])('%s in the place of options', (options) => {
    expect(() => defineImport(options as never)).toThrow(
      expect.objectContaining({
        name: 'DefinitionInvalid',
        message: expect.stringContaining('an import without a name'),
      }),
    );
  });

  it('upsert into a table without a key', () => {
    expect(() => defineImport({ ...valid, table: events })).toThrow(/field "key": mode "upsert" needs a key/);
  });
});

describe('checkTogether', () => {
  const first = defineImport(valid);

  it('refuses two of one name', () => {
    const namesake = defineImport({ ...valid, prefix: 'other/' });
    expect(() => checkTogether([first, namesake])).toThrow(/import "orders", field "name": two definitions/);
  });

  it('refuses prefixes of which one contains the other, even with another between them', () => {
    const inside = defineImport({ ...valid, name: 'inside', prefix: 'uploads/orders/eu/' });
    const between = defineImport({ ...valid, name: 'between', prefix: 'uploads/orders-old/' });
    expect(() => checkTogether([inside, between, first])).toThrow(
      /"uploads\/orders\/eu\/" overlaps "uploads\/orders\/"/,
    );
    expect(checkTogether([between, first])).toHaveLength(2);
  });

  it('finds the import of a key', () => {
    expect(findImport([first], 'uploads/orders/2026/a.csv')).toBe(first);
    expect(findImport([first], 'uploads/orders.csv')).toBeUndefined();
  });
});
