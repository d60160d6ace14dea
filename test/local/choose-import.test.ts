import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { integer, type PgTable, pgTable, text } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { defineImport, type ImportDefinition } from '../../contract/definition/define-import.ts';
import { chooseImport } from '../../local/choose-import.ts';
import { makeFolder } from './make-folder.ts';

const define = (name: string, table: PgTable) =>
  defineImport({ name, prefix: `uploads/${name}/`, table, mode: 'append' });
const people = pgTable('people', { id: integer('id').notNull(), name: text('name').notNull() });
const goods = pgTable('goods', { code: text('code').notNull(), price: integer('price').notNull() });
const definitions = [define('people', people), define('people-vip', people), define('goods', goods)];

function choose(
  name: string,
  content: string | Buffer = 'id,name\n',
  wanted?: string,
  among: ImportDefinition[] = definitions,
) {
  const file = join(makeFolder(), name);
  writeFileSync(file, content);
  return chooseImport(among, file, wanted).then((definition) => definition.name);
}

describe('the import for a file', () => {
  it.each([
    ['the one asked for', 'people.csv', 'id,name\n', 'goods', 'goods'],
    ['by the file’s name', 'goods.csv', 'a,b\n', undefined, 'goods'],
    ['by what its name begins with', 'Goods_2026-01.csv', 'a,b\n', undefined, 'goods'],
    ['by the longest name', 'people-vip-2.csv', 'a,b\n', undefined, 'people-vip'],
    ['by the only header that fits', 'export.csv', '﻿Code,PRICE\n"a",1\n', undefined, 'goods'],
    ['by a header with another delimiter', 'export.csv', 'code;price\n"a";1,5\n', undefined, 'goods'],
    ['by the name of a compressed file', 'goods.csv.gz', '', undefined, 'goods'],
    ['by the header of a compressed file', 'x.csv.gz', gzipSync('code\tprice\n'), undefined, 'goods'],
    ['by a header in UTF-16', 'x.csv', Buffer.from('\ufeffcode|price\n', 'utf16le'), undefined, 'goods'],
  ])('is %s', async (_, name, content, wanted, chosen) => {
    expect(await choose(name, content, wanted)).toBe(chosen);
  });

  it('is one with a container of its own only by name: nobody else knows what fits it', async () => {
    const container = { directory: 'a', command: ['a'] } as const;
    const own = defineImport({ name: 'own', prefix: 'uploads/own/', container });
    const all = [...definitions, own];
    expect(await choose('export.csv', 'code,price\n', undefined, all)).toBe('goods');
    expect(await choose('own-2.csv', 'x\n', undefined, all)).toBe('own');
    expect(await choose('export.csv', 'x\n', 'own', all)).toBe('own');
    expect(await choose('export.csv', 'x\n', undefined, [own])).toBe('own');
  });

  it('is the only one there is', async () => {
    expect(await choose('export.csv', 'x\n', undefined, [definitions[0]!])).toBe('people');
  });

  it('is not guessed: the choices are named', async () => {
    const names = /--import NAME \(people, people-vip, goods\)/;
    await expect(choose('export.csv', 'id,name\n')).rejects.toThrow(names);
    await expect(choose('export.csv', 'id,name\n')).rejects.toThrow('More than one import');
    await expect(choose('export.csv', 'x,y\n')).rejects.toThrow('No import');
    await expect(choose('export.csv', '')).rejects.toThrow('No import');
    await expect(choose('a.csv', '', 'orders')).rejects.toThrow(
      'There is no import "orders" in imports/; there are: people, people-vip, goods.',
    );
  });
});
