import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../../../../contract/definition/column-type.ts';
import type { Transformations } from '../../../../contract/definition/define-import.ts';
import { scanColumns } from '../../../../csv/scan/scan-columns.ts';
import { scanEveryWay } from '../scan/scan.ts';
import { date, integer, text, turns } from './turns.ts';

const hours = (given: string) => String(given.split('h').reduce((sum, part) => sum * 60 + Number(part), 0));

describe('parse', () => {
  turns(
    'its result is checked',
    integer,
    { parse: hours },
    {
      '1h30': '90',
      '2h': '120',
      x: 'invalid_integer: must be a whole number',
    },
  );
  turns(
    'after texts, before formats',
    date,
    {
      trim: true,
      case: 'lower',
      parse: (given) => given.replace('am ', ''),
      date: 'D.M.YYYY',
    },
    { ' AM 5.1.2026 ': '2026-01-05' },
  );
  turns(
    'null and empty',
    text,
    { null: ['-'], parse: (given) => (given === '?' ? null : given.slice(1)) },
    {
      '?': 'NULL',
      '-': 'NULL',
      '': '',
    },
  );
});

function scan(type: ColumnType, parse: Transformations['parse'], body: string) {
  const column = {
    ...{
      property: 'c',
      name: 'c',
      sqlType: '',
      required: false,
      notNull: true,
      aliases: [],
      position: null,
      rules: {},
    },
    ...{ type, transformations: { parse } },
  };
  const plain = { ...column, transformations: {} };
  return scanEveryWay(body, {
    columns: scanColumns({ columns: [column, plain], header: { names: ['c', 'd'] } }),
  });
}

describe('parse', () => {
  it('rejects what it throws on, with its words apart', () => {
    const { rejects } = scan(
      text,
      (given) => {
        throw new TypeError(`no ${given}${'!'.repeat(300)}`);
      },
      'a,b\n',
    );
    expect(rejects[0]!.errors).toEqual([
      {
        column: 'c',
        code: 'parse_failed',
        reason: 'the import’s parse function rejects the value',
        words: `no a${'!'.repeat(196)}`,
        value: 'a',
      },
    ]);
  });

  it.each([
    ['a NUL', 'a\0b'],
    ['half a character', 'a\ud800'],
  ])('rejects %s', (_, result) => {
    const { rejects, accepted } = scan(text, () => result, 'a,b\n');
    expect(String(accepted)).toBe('');
    expect(rejects[0]!.errors[0]).toMatchObject({
      code: 'parse_failed',
      reason: 'the import’s parse function returned a NUL or half a character, which PostgreSQL cannot store',
    });
  });

  it('sees a value without its quotes, and what it returns is quoted', () => {
    const { accepted } = scan(text, (given) => `${given},"${given}"\n`, '"a""b",c\n');
    expect(String(accepted)).toBe('"a""b,""a""b""\n",c\n');
  });

  it('rejects null where a value is demanded', () => {
    expect(scan(text, () => null, 'a,b\n').rejects[0]!.errors[0]).toMatchObject({ code: 'missing_value' });
  });

  it.each([
    ['a number', () => 1],
    ['a promise', async () => 'a'],
    ['nothing', () => undefined],
  ])('that returns %s is a problem of the definition', (what, parse) => {
    expect(() => scan(text, parse as never, 'a,b\n')).toThrow(
      expect.objectContaining({
        name: 'ParseProblem',
        message: `it returned ${what}; let it return a text, or null.`,
      }),
    );
  });
});
