import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../local/make-folder.ts';
import { infer } from './infer.ts';

describe('a file is not taken', () => {
  it.each<[string, string, RegExp]>([
    ['without a header', '1,Ada,1815-12-10\n2,Grace,1906-12-09\n', /^The file seems to have no header/],
    ['without a header, by an address', 'Ada,ada@example.com\nGrace,g@example.com\n', /no header/],
    ['without a header, by numbers', 'pen;1.50\nink;0.75\n', /no header/],
    [
      'with units below the header',
      'time;temp\n;[C]\n2026-01-05;21.5\n2026-01-06;2\n',
      /^Line 2 seems to belong/,
    ],
    [
      'with a header in two languages',
      'Tag,Menge\nday,amount\n2026-01-05,2\n2026-01-06,3\n',
      /^Line 2 seems/,
    ],
    [
      'with a total',
      'Date,Item,Amount\n2026-01-05,pen,1\nTotal,,1\n',
      /^Line 3, the last row, seems to be the total/,
    ],
    ['with a Japanese total', '商品,金額\nペン,100\nインク,250\n合計,350\n', /^Line 4, the last row/],
    ['with a total behind an empty cell', 'n,item,amount\n1,pen,1\n,Gesamt:,1\n', /^Line 3, the last row/],
  ])('%s', async (_, content, message) => {
    await expect(infer(makeFolder(), content)).rejects.toThrow(message);
    await expect(infer(makeFolder(), content, { asIs: true })).resolves.toBeDefined();
    const error = await infer(makeFolder(), content).catch((thrown: unknown) => thrown);
    for (const value of ['Ada', 'ada@', 'pen', '[C]', 'Menge']) expect(String(error)).not.toContain(value);
  });

  it.each([
    ['Sales report\nPeriod: 2026-01\n\nid,item,amount\n1,pen,100\n2,ink,250\n'],
    ['# exported 2026-01-05\n# source: till 3\nid,item,amount\n1,pen,100\n2,ink,250\n'],
  ])('with lines above its header', async (content) => {
    await expect(infer(makeFolder(), content)).rejects.toThrow(
      /^Line [34] seems to be the header\. Remove the lines above it/,
    );
  });

  it.each([
    ['years as headers', 'product,2024,2025\npen,10,20\nink,30,40\n'],
    ['numbers as headers', 'name,1,2,3\nAda,10,20,30\n'],
    ['nothing but texts', 'name,city\nAda,London\nGrace,New York\n'],
    ['a missing value in the first row', 'name,price\nAda,n/a\nBob,10\nEve,20\n'],
    ['a total that is a column', 'total,name\n1,Ada\n2,Bob\n'],
  ])('but with %s it is', async (_, content) => {
    await expect(infer(makeFolder(), content)).resolves.toBeDefined();
  });
});
