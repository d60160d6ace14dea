import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FooterHold, withoutFooter } from '../../../csv/footer.ts';
import { collect, inChunks } from './streams.ts';

async function split(text: string | Buffer, skipFooter: number | string[], ...sizes: number[]) {
  let footer = { bytes: Buffer.alloc(0) as Buffer, lines: 0, offset: -1 };
  const hold = new FooterHold(skipFooter, ',');
  const source = inChunks(Buffer.from(text as string), ...sizes);
  const rows = await collect(
    withoutFooter(source, hold, ({ bytes, lines }, offset) => {
      footer = { bytes, lines, offset };
    }),
  );
  return { rows, footer };
}

describe('the footer of a text', () => {
  const line = fc.constantFrom('1,a', 'T,9', '"T",', ' T', '', ' ', ',', '"a', 'T"', 'Tx,1');
  const newline = fc.constantFrom('\n', '\r\n', '\r');
  const text = fc
    .record({ lines: fc.array(line, { maxLength: 12 }), newline, ends: fc.boolean() })
    .map(({ lines, newline, ends }) => lines.join(newline) + (ends ? newline : ''));
  const isEmpty = (each: string) => /^[\s,]*$/.test(each);

  /** Where it begins, found on the whole text at once. */
  function expected(text: string, skipFooter: number | string[]): number {
    const lines = [...text.matchAll(/(.*?)(\r\n|\r|\n|$)/gs)].filter(([all]) => all !== '');
    const last = lines.findLastIndex(([, content]) => !isEmpty(content!));
    if (last === -1) return typeof skipFooter === 'number' ? 0 : text.length;
    if (typeof skipFooter === 'number') return lines[Math.max(0, last - skipFooter + 1)]!.index;
    let start = text.length;
    for (const { 1: content, index } of lines.toReversed()) {
      if (/^(T|"T"|\s+T)(,|$)/.test(content!)) start = index;
      else if (!isEmpty(content!)) break;
    }
    return start;
  }

  it.each([
    ['two lines', 2],
    ['lines by their first cell', ['T']],
  ])('of %s is the same wherever chunks end', async (_, skipFooter) => {
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (text, sizes) => {
          const { rows, footer } = await split(text, skipFooter, ...sizes);
          const start = expected(text, skipFooter);
          expect(rows.toString()).toBe(text.slice(0, start));
          if (start < text.length)
            expect(footer).toMatchObject({ offset: start, bytes: Buffer.from(text.slice(start)) });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is never part of a line that is too long to be held', async () => {
    const long = 'x'.repeat(1_500_000);
    for (const skipFooter of [1, 3, ['x'.repeat(10)]]) {
      const { rows, footer } = await split(`1,a\n${long}`, skipFooter, 64 * 1024);
      expect([rows.length, footer.lines]).toEqual([long.length + 4, 0]);
    }
    const { rows, footer } = await split(`1,a\n${long}\nend\n`, 2, 64 * 1024);
    expect([rows.length, footer.bytes.toString()]).toEqual([long.length + 5, 'end\n']);
  });
});
