import { integer, pgTable } from 'drizzle-orm/pg-core';
import { expect, it } from 'vitest';
import { defineImport, fromKey } from '../../contract/definition/define-import.ts';
import { chooseKey } from '../../local/choose-key.ts';

const table = pgTable('points', { id: integer('id'), tenant: integer('tenant') });
const plain = defineImport({ name: 'plain', prefix: 'plain/', table, mode: 'append' });
const keyed = defineImport({
  name: 'keyed',
  prefix: 'keyed/',
  key: '{tenant}/*.csv',
  table,
  mode: 'append',
  values: { tenant: fromKey('tenant') },
});

it('takes the file’s name, or what it is told', () => {
  expect(chooseKey(plain, '/tmp/a.csv', {})).toEqual({ key: 'plain/a.csv', metadata: {} });
  expect(chooseKey(keyed, '/tmp/a.csv', { key: '7/a.csv', metadata: ['user-id=ada=1', 'note='] })).toEqual({
    key: 'keyed/7/a.csv',
    metadata: { 'user-id': 'ada=1', note: '' },
  });
});

it('says which key the import takes, and how metadata is written', () => {
  expect(() => chooseKey(keyed, '/tmp/a.csv', {})).toThrow(
    'Import "keyed" takes keys like keyed/{tenant}/*.csv, and "a.csv" does not fit: name one with --key.',
  );
  expect(() => chooseKey(plain, '/tmp/a.csv', { metadata: ['user'] })).toThrow('write it as user-id=ada');
});
