import { describe, expect, it } from 'vitest';
import type { FileOptions } from '../../../contract/definition/file-options.ts';
import type { Wishes } from '../../../new-import/infer-import.ts';
import { makeFolder } from '../../local/make-folder.ts';
import { infer, scanBy } from './infer.ts';

/** What is declared of a file, and which of its rows an import by the definition takes. */
async function declare(content: string, wishes: Wishes = {}) {
  const { plan, definition, text } = await infer(makeFolder(), content, wishes);
  const { rows, rejects, accepted } = await scanBy(definition, content);
  return { plan, text, rows, rejects, accepted, file: plan.fileOptions };
}

const days = '2026-01-05 09:00:00;21.5\n2026-01-05 09:10:00;2\n';

describe('what is declared of a file, which then loads', () => {
  it.each<[string, string, object, string, number]>([
    [
      'titles above the header',
      'Sales report\nPeriod: 2026-01\n\nid,item,amount\n1,pen,100\n2,ink,250\n',
      { header: 'find' },
      'integer text numeric',
      2,
    ],
    [
      'titles with all delimiters',
      'Sales report,,\n,,\nid,item,amount\n1,pen,100\n2,ink,250\n',
      { header: 'find' },
      'integer text numeric',
      2,
    ],
    [
      'comments above the header',
      '# exported 2026-01-05\n# source: till 3\nid,item\n1,pen\n2,ink\n',
      { comment: '#' },
      'integer text',
      2,
    ],
    ['comments among the rows', 'id,item\n1,pen\n# half\n2,ink\n', { comment: '#' }, 'integer text', 2],
    [
      'a title and comments',
      'Till 3\n# exported\nid,item\n1,pen\n2,ink\n',
      { header: 'find', comment: '#' },
      'integer text',
      2,
    ],
    ['numbers that begin with #', 'id,item\n1,pen\n#2,ink\n', {}, 'text text', 2],
    [
      'a line that tells the delimiter',
      'sep=;\r\nname;price\r\nB;12,50\r\nC;0,75\r\n',
      {},
      'text numeric',
      2,
    ],
    ['an end mark', 'id,item\r\n1,pen\r\n2,ink\r\n\u001a', {}, 'integer text', 2],
    ['empty rows below', `id,item,x\n1,pen,2\n2,ink,3\n${',,\n'.repeat(300)}`, {}, 'integer text integer', 2],
    ['delimiters too many', 'id;item;\n1;pen;\n2;ink;\n', { extraValues: 'dropEmpty' }, 'integer text', 2],
    ['… in rows alone', 'id;item\n1;pen;\n2;ink;\n', { extraValues: 'dropEmpty' }, 'integer text', 2],
    [
      '… in a late row alone',
      `id;item\n${Array.from({ length: 400 }, (_, n) => `${n};pen\n`).join('')}400;ink;;\n`,
      { extraValues: 'dropEmpty' },
      'integer text',
      401,
    ],
    [
      'rows without last values',
      'id,item,note\n1,pen\n2,ink,ok\n3\n',
      { missingValues: 'empty' },
      'integer text text',
      3,
    ],
    [
      'units below the header',
      `time;temp\n;[C]\n${days}`,
      { header: { rows: 2, names: 'first' } },
      'timestamp numeric',
      2,
    ],
    [
      'two languages below a title',
      'Stock\n\nTag,Menge\nday,amount\n2026-01-05,2\n2026-01-06,3\n',
      { header: { rows: 2, names: 'first', find: true } },
      'date integer',
      2,
    ],
    [
      'no header',
      '1,Ada,1815-12-10\n2,Grace,1906-12-09\n',
      { header: ['column1', 'column2', 'column3'], delimiter: ',' },
      'integer text date',
      2,
    ],
    [
      'no header, by an address',
      'Ada;ada@example.com\nGrace;g@example.com\n',
      { header: ['column1', 'column2'], delimiter: ';' },
      'text text',
      2,
    ],
    [
      'no header below a title',
      'Sales report\n\n1,Ada,1815-12-10\n2,Grace,1906-12-09\n',
      { header: ['column1', 'column2', 'column3'], delimiter: ',', skipLines: 2 },
      'integer text date',
      2,
    ],
    ['a single column with commas', 'name\nAda\nBob, Jr.\n', { delimiter: ';' }, 'text', 2],
    ['invisible characters', '\u200bid,it\u200bem\n1,pen\n2,ink\n', {}, 'integer text', 2],
    [
      'a total',
      'Date,Item,Amount\n2026-01-05,pen,1\n2026-01-06,ink,2\nTotal,,3\n',
      { skipFooter: ['Total'] },
      'date text numeric',
      2,
    ],
    [
      'a subtotal, too',
      '商品,金額\nペン,100\nインク,250\n小計,350\n合計,385\n',
      { skipFooter: ['合計', '小計'] },
      'text numeric',
      2,
    ],
    ['two bars', 'id||item\n1||a|b\n2||ink\n', { delimiter: '||' }, 'integer text', 2],
    [
      'a control character',
      'id\u0001item\n1\u0001pen\n2\u0001ink\n',
      { delimiter: '\u0001' },
      'integer text',
      2,
    ],
    ['single quotes', "id,item\n1,'pen, blue'\n2,'ink'\n", { quote: "'" }, 'integer text', 2],
    ['inches', 'id,item\n1,5" pipe\n2,6" pipe\n', { quote: 'none' }, 'integer text', 2],
    ['backslashes', 'id,item\n1,"a \\"b\\", c"\n2,"d"\n', { escape: 'backslash' }, 'integer text', 2],
    [
      'tables as MySQL and PostgreSQL write them',
      'id\titem\n1\t\\N\n2\ta\\tb\n',
      { quote: 'none', escape: 'backslash' },
      'integer text',
      2,
    ],
    [
      'spaces beside quotes',
      'id, item\n1, "pen, blue"\n2, "ink"\n',
      { spaceAroundQuotes: 'ignore' },
      'integer text',
      2,
    ],
    ['a CR in a value', 'id,item\n1,pen\rblue\n2,ink\n', { newline: 'lf' }, 'integer text', 2],
    ['texts as formulas', 'sku,item\n="00123",pen\n="00456",ink\n', {}, 'text text', 2],
    ['years as headers', 'product,2024,2025\npen,10,20\nink,30,40\n', {}, 'text integer integer', 2],
    ['numbers as headers', 'name,1,2,3\nAda,10,20,30\n', {}, 'text integer integer integer', 1],
    ['nothing but texts', 'name,city\nAda,London\nGrace,New York\n', {}, 'text text', 2],
    [
      'a missing value in the first row',
      'name,price\nAda,n/a\nBob,10\nEve,20\n',
      { null: ['n/a'] },
      'text numeric',
      3,
    ],
    ['a total that is a column', 'total,name\n1,Ada\n2,Bob\n', {}, 'numeric text', 2],
  ])('%s', async (_, content, file, types, count) => {
    const { plan, rows, rejects, ...found } = await declare(content);
    expect(found.file).toEqual(file);
    expect(plan.columns.map(({ type }) => type.sql).join(' ')).toBe(types);
    expect([rows, rejects]).toEqual([count, []]);
  });

  it.each([
    ['repeated', '顧客ID,商品ID,商品名,商品ID,商品名\n1,A1,机,B2,椅子\n2,A3,棚,,\n', [null, 2, 3, 4, 5]],
    ['that has no name', ',name,age\n0,Ada,36\n1,Bob,3\n', [1, null, null]],
    ['that differ by spaces alone', 'a b,ab,c\n0,Ada,36\n1,Bob,3\n', [1, 2, null]],
  ])('the place of headers %s', async (_, content, positions) => {
    const { plan, rows, rejects } = await declare(content);
    expect(plan.columns.map(({ position }) => position)).toEqual(positions);
    expect([rows, rejects]).toEqual([2, []]);
  });

  it('no values of a file without a header', async () => {
    const { plan, text } = await declare('1,Ada,1815-12-10\n2,Grace,1906-12-09\n');
    for (const value of ['Ada', 'Grace', '1815']) expect(JSON.stringify([plan, text])).not.toContain(value);
  });

  it('nothing, as it stands', async () => {
    const { file, rows } = await declare('1,Ada,1815-12-10\n2,Grace,1906-12-09\n', { asIs: true });
    expect([file, rows]).toEqual([{}, 1]);
  });
});

describe('rows that lack values since a newline stands in one of them', () => {
  it.each([
    ['spoil the first column', 'id,item,note\n1,pen\nlong,ok\n2,ink,ok\n3,cap,ok\n'],
    ['follow each other', 'name,item,note\nAda,pen\nlong,ok\nBob,ink,ok\nEve,cap,ok\n'],
  ])('are no shorter rows: they %s', async (_, content) => {
    const { file, rejects } = await declare(content);
    expect(file).toEqual({});
    expect(rejects).toHaveLength(2);
  });
});

describe('a file is not taken', () => {
  it.each<[string, string, RegExp]>([
    [
      'with a total behind an empty cell',
      'n,item,amount\n1,pen,1\n,Gesamt:,1\n',
      /^Line 3 .* total .*"skipFooter": 1/,
    ],
    [
      'with lines behind it',
      'id,item\n1,pen\n2,ink\n\n2 rows\nend\n',
      /^Line 5 and what follows has fewer values.*"skipFooter": 2/,
    ],
    [
      'of fixed width',
      'id   name   age\n1    Ada    36\n2    Bob     7\n',
      /^The columns seem to be padded with spaces/,
    ],
  ])('%s', async (_, content, message) => {
    await expect(infer(makeFolder(), content)).rejects.toThrow(message);
    await expect(infer(makeFolder(), content, { asIs: true })).resolves.toBeDefined();
    const error = await infer(makeFolder(), content).catch((thrown: unknown) => thrown);
    for (const value of ['Ada', 'pen']) expect(String(error)).not.toContain(value);
  });
});

describe('options that the user says', () => {
  it.each<[string, string, FileOptions, FileOptions, number]>([
    ['a footer', 'id,item\n1,pen\n2,ink\n2 rows\n', { skipFooter: 1 }, { skipFooter: 1 }, 2],
    ['titles', 'a,b\nc,d\nid,item\n1,pen\n', { skipLines: 2 }, { skipLines: 2 }, 1],
    ['headers', '1,pen\n2,ink\n', { header: ['id', 'item'] }, { header: ['id', 'item'] }, 2],
    [
      'header rows',
      'price,price\nEUR,USD\n1,2\n3,4\n',
      { header: { rows: 2, names: 'joined' } },
      { header: { rows: 2, names: 'joined' } },
      2,
    ],
  ])('%s', async (_, content, fileOptions, declared, count) => {
    const { file, rows, rejects } = await declare(content, { fileOptions });
    expect(file).toEqual(declared);
    expect([rows, rejects]).toEqual([count, []]);
  });
});
