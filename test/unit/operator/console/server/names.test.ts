import { integer, pgTable } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { defineImport } from '../../../../../contract/definition/define-import.ts';
import { keyFor } from '../../../../../operator/console/server/accept-upload.ts';
import { attachment } from '../../../../../operator/console/server/download.ts';
import { parsePort } from '../../../../../operator/console/server/port.ts';

const definition = defineImport({
  name: 'orders',
  prefix: 'uploads/orders/',
  table: pgTable('orders', { id: integer('id').primaryKey() }),
  mode: 'append',
});

describe('the key of an upload', () => {
  it.each(['november.csv', 'NOVEMBER.CSV', '顧客 一覧.csv', '100% "new" & old.csv', 'a.csv.gz'])(
    '%s',
    (file) => {
      expect(keyFor(definition, file)).toBe(`uploads/orders/${file}`);
    },
  );

  it.each([
    ['', 'InvalidFileName'],
    ['..', 'InvalidFileName'],
    ['../customers/a.csv', 'InvalidFileName'],
    ['a\\b.csv', 'InvalidFileName'],
    ['a\nb.csv', 'InvalidFileName'],
    ['a\ud800.csv', 'InvalidFileName'],
    [`${'あ'.repeat(340)}.csv`, 'InvalidFileName'],
    ['november.xlsx', 'UnsupportedExtension'],
  ])('not %j', (file, name) => {
    expect(() => keyFor(definition, file)).toThrow(expect.objectContaining({ status: 400, name }));
  });
});

describe('the name of a download', () => {
  it.each([
    ['november-rows.csv', `attachment; filename="november-rows.csv"; filename*=UTF-8''november-rows.csv`],
    ['顧客.csv', `attachment; filename="__.csv"; filename*=UTF-8''%E9%A1%A7%E5%AE%A2.csv`],
    [
      'a"b\\c\n(1)\'.csv',
      `attachment; filename="a_b_c_(1)'.csv"; filename*=UTF-8''a%22b%5Cc%0A%281%29%27.csv`,
    ],
    ['\ud800.csv', `attachment; filename="_.csv"; filename*=UTF-8''%EF%BF%BD.csv`],
  ])('%j', (name, header) => {
    expect(attachment(name)).toBe(header);
  });
});

describe('--port', () => {
  it.each(['0', '8090', '65535'])('%s', (text) => expect(parsePort(text)).toBe(Number(text)));
  it.each(['', '-1', '65536', '80.5', 'http'])('not %j', (text) => {
    expect(() => parsePort(text)).toThrow(/whole number up to 65535/);
  });
});
