import { describe, expect, it } from 'vitest';
import { plainDialect } from '../../../../csv/scan/dialect.ts';
import { Scanner } from '../../../../csv/scan/scanner.ts';
import { cut, texts } from './scan.ts';

const text = 'a,b\n\n"c\n",d\r\nbad\ne,f\n\ng,h\ni,j';

/** Each part between two cuts: its accepted bytes, the rows rejected in it, and where it ends. */
function parts(chunks: Iterable<Buffer>, cutEvery: { rows: number; bytes: number }) {
  const scanner = new Scanner({ dialect: plainDialect(','), columns: texts(2), firstLine: 2, cutEvery });
  const found: { accepted: string; rejected: number; rows: number; line: number; offset: number }[] = [];
  let accepted = '';
  let rejected = 0;
  const take = (output: ReturnType<Scanner['push']>) => {
    let [slices, rejects] = [0, 0];
    for (const each of output.cuts) {
      accepted += Buffer.concat(output.accepted.slice(slices, each.accepted));
      rejected += each.rejects - rejects;
      const { rows, line, offset } = each.counters;
      found.push({ accepted, rejected, rows, line, offset });
      [slices, rejects, accepted, rejected] = [each.accepted, each.rejects, '', 0];
    }
    accepted += Buffer.concat(output.accepted.slice(slices));
    rejected += output.rejects.length - rejects;
  };
  for (const chunk of chunks) take(scanner.push(Buffer.from(chunk)));
  take(scanner.finish());
  const { rows, line, offset } = scanner.counters;
  found.push({ accepted, rejected, rows, line, offset });
  return found;
}

describe('cuts', () => {
  const byRows = [
    { accepted: 'a,b\n"c\n",d\n', rejected: 0, rows: 2, line: 6, offset: 13 },
    { accepted: 'e,f\n', rejected: 1, rows: 4, line: 8, offset: 21 },
    { accepted: 'g,h\ni,j', rejected: 0, rows: 6, line: 10, offset: 29 },
    { accepted: '', rejected: 0, rows: 6, line: 10, offset: 29 },
  ];

  it('come behind so many rows, refused ones included, wherever chunks end', () => {
    for (const size of [1, 2, 3, 5, 100]) {
      expect(parts(cut(Buffer.from(text), size), { rows: 2, bytes: 1000 })).toEqual(byRows);
    }
  });

  it('come behind the first row that ends so many bytes after the last cut', () => {
    const [first, second] = parts([Buffer.from(text)], { rows: 1000, bytes: 6 });
    expect(first).toMatchObject({ rows: 2, offset: 13 });
    expect(second).toMatchObject({ rows: 4, offset: 21 });
  });

  it('never come without a row between, so that the first row of a part tells it from others', () => {
    const scanner = new Scanner({
      dialect: plainDialect(','),
      columns: texts(2),
      firstLine: 2,
      cutEvery: { rows: 1000, bytes: 4 },
      shape: { emptyRows: 'skip', extraValues: 'reject', missingValues: 'reject' },
    });
    const { cuts } = scanner.push(Buffer.from(',\n,\n,\na,b\n,\n,\n,\nc,d\n,\n'));
    expect(cuts.map(({ counters }) => [counters.rows, counters.emptyRows])).toEqual([
      [1, 3],
      [2, 6],
    ]);
  });
});
