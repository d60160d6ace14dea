import { describe, expect, it } from 'vitest';
import { findLayout } from '../../../../new-import/sniff/find-layout.ts';

const plain = { delimiter: ',', quote: '"', escape: 'double', spaces: false, newline: 'any' };

function layoutOf(text: string) {
  const layout = findLayout(text, true);
  if (layout === null) return null;
  const { dialect, records, header } = layout;
  return { dialect, line: records[header]!.line, names: records[header]!.fields };
}

describe('how values are separated and quoted', () => {
  it.each<[string, string, object]>([
    ['commas', 'id,name\n1,"a, ""b"""\n', {}],
    ['semicolons, decimal commas', 'id;price;sum\n1;1,5;2,5\n2;0,25;1,5\n', { delimiter: ';' }],
    ['two bars', 'id||name\n1||a|b\n', { delimiter: '||' }],
    ['a circumflex', 'id^name\n1^a\n', { delimiter: '^' }],
    ['a control character', 'id\u0001name\n1\u0001a\n', { delimiter: '\u0001' }],
    ['backslashes', 'id,name\n1,"a \\"big\\" one, here"\n2,"b"\n', { escape: 'backslash' }],
    ['spaces beside quotes', 'id, name\n1, "Smith, John"\n2, "b"\n', { spaces: true }],
    ['single quotes', "id,'name'\n1,'Smith, John'\n2,'Ann'\n", { quote: "'" }],
    ['single quotes around plain values', "'id','name'\n'1','John'\n'2','Ann'\n", { quote: "'" }],
    ['apostrophes in texts', "id,name\n1,it's\n2,O'Neil\n", {}],
    ['inches', 'id\tname\n1\t5" pipe\n2\tx 6"\n', { delimiter: '\t', quote: 'none' }],
    ['a CR in a value', 'id,name\n1,a\rb\n2,c\n', { newline: 'lf' }],
    ['CRs between rows', 'id,name\r1,a\r2,c\r', {}],
    ['texts as formulas', 'sku,name\n="00123",pen\n="00456",ink\n', {}],
    ['one stray quote among quoted values', `id,"name"\n${'1,"a"\n'.repeat(9)}1,a "b"\n`, {}],
  ])('%s', (_, text, dialect) => {
    expect(layoutOf(text)).toMatchObject({ dialect: { ...plain, ...dialect }, line: 1 });
  });
});

describe('the header', () => {
  it.each<[string, string, number, string[]]>([
    ['below titles', 'Report, January\nAll stores\n\nid;item;price\n1;pen;1,5\n', 4, ['id', 'item', 'price']],
    [
      'below a title with all delimiters',
      'Sales,,\nid,item,sum\n1,pen,1\n2,ink,3\n',
      2,
      ['id', 'item', 'sum'],
    ],
    ['below comments', '# till 3, north\nid,item,sum\n1,pen,1\n', 2, ['id', 'item', 'sum']],
    ['below sep=', '\ufeffsep=|\r\nid|a\r\n1|2\r\n', 2, ['id', 'a']],
    ['above comments', 'id,day\n# half\n1,2\n# a\n# b\n2,3\n', 1, ['id', 'day']],
    ['above footers', 'id,day\n1,2\n\n2 rows\nEnd\n', 1, ['id', 'day']],
    ['above empty rows', `id,day,x\n1,2,3\n${',,\n'.repeat(400)}`, 1, ['id', 'day', 'x']],
    ['above a ^Z', 'id,day\n1,2\n\u001a', 1, ['id', 'day']],
    ['with a delimiter too many', 'id;day;\n1;2;\n', 1, ['id', 'day', '']],
    ['of rows with a delimiter too many', 'id;day;x\n1;2;3;\n2;3;4;\n', 1, ['id', 'day', 'x']],
    ['of a row that is short', 'id,name,note\n1,pen\n2,ink,ok\n', 1, ['id', 'name', 'note']],
    ['with an index that has no name', ',name,age\n0,Ada,36\n', 1, ['', 'name', 'age']],
    ['of no rows', 'id,name\n', 1, ['id', 'name']],
  ])('%s', (_, text, line, names) => {
    expect(layoutOf(text)).toMatchObject({ line, names });
  });

  it.each([
    ['one column', 'name\nAda\nBob, Jr.\n'],
    ['columns of fixed width', 'a b  c\n1 2  3\n'],
    ['rows of any length', 'a,b;c\n1,2,3;4;5\n'],
  ])('is none: %s', (_, text) => {
    expect(layoutOf(text)).toBeNull();
  });
});

it('stays quick for a quote that is never closed', () => {
  const begin = performance.now();
  findLayout(`id,name\n${'1,"a\n'.repeat(100_000)}`, true);
  expect(performance.now() - begin).toBeLessThan(5000);
});
