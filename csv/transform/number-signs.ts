import type { NumberFormat } from '../../contract/definition/number-format.ts';

/** What is left of a number without the signs beside it. */
export type BareNumber = { digits: string; negative: boolean } | 'dash' | 'misfit';

/** A way to write numbers below zero. */
interface Below {
  before: string;
  behind: string;
}

const dashes = /^[-\u2010-\u2015\u2212\u30fc\uff0d]$/;
const anyCurrency = /^\p{Sc}|\p{Sc}$/u;
/** Full-width forms stand for the usual ones. */
const wideSigns = new Map(Object.entries({ '＄': '$', '￠': '¢', '￡': '£', '￥': '¥', '￦': '₩' }));

/**
 * Finds the signs that a format declares beside digits, in any order and with white space between: a currency's, a
 * percent sign, and what makes the number negative. Null where it declares none.
 */
export function signReader(
  format: NumberFormat,
): ((bytes: Buffer, start: number, end: number) => BareNumber) | null {
  const { currency, percent, negative, dash } = format;
  if (currency === undefined && percent === undefined && negative === undefined && dash === undefined)
    return null;
  const ways = (negative ?? []).map((way): Below => {
    const [before = '', behind = ''] = way.split('1').map((part) => part.trim());
    return { before, behind };
  });
  const currencies =
    currency === undefined || currency === true ? [] : longestFirst(currency.map(narrowSigns));
  const currencyAt = (text: string, atEnd: boolean): number => {
    if (currency === true) {
      const sign = anyCurrency.exec(atEnd ? lastCharacter(text) : firstCharacter(text))?.[0];
      return sign?.length ?? 0;
    }
    return currencies.find((sign) => (atEnd ? text.endsWith(sign) : text.startsWith(sign)))?.length ?? 0;
  };

  return (bytes, start, end) => {
    let rest = narrowSigns(bytes.toString('utf8', start, end));
    let signed: '' | '+' | '-' = '';
    let hasCurrency = false;
    let hasPercent = false;
    /** Ways whose first part was found, of which the second must follow. */
    let open: Below[] = [];
    for (let from = ''; from !== rest && rest !== ''; ) {
      from = rest;
      const length = hasCurrency ? 0 : currencyAt(rest, false);
      if (dash !== undefined && dashes.test(rest) && signed === '' && open.length === 0) break;
      if (length > 0) {
        hasCurrency = true;
        rest = rest.slice(length).trimStart();
      } else if (percent !== undefined && !hasPercent && rest[0] === '%') {
        hasPercent = true;
        rest = rest.slice(1).trimStart();
      } else if (signed === '' && open.length === 0 && (rest[0] === '-' || rest[0] === '+')) {
        signed = rest[0];
        rest = rest.slice(1).trimStart();
      } else if (signed === '' && open.length === 0) {
        open = ways.filter(({ before }) => before !== '' && rest.startsWith(before));
        const longest = open.reduce((most, { before }) => Math.max(most, before.length), 0);
        open = open.filter(({ before }) => before.length === longest);
        if (longest > 0) rest = rest.slice(longest).trimStart();
      }
    }
    let closed = open.some(({ behind }) => behind === '');
    for (let from = ''; from !== rest && rest !== ''; ) {
      from = rest;
      if (dash !== undefined && dashes.test(rest) && signed === '' && open.length === 0) break;
      const length = hasCurrency ? 0 : currencyAt(rest, true);
      if (length > 0) {
        hasCurrency = true;
        rest = rest.slice(0, -length).trimEnd();
      } else if (percent !== undefined && !hasPercent && rest.endsWith('%')) {
        hasPercent = true;
        rest = rest.slice(0, -1).trimEnd();
      } else if (signed === '' && !closed) {
        const behind = (open.length > 0 ? open : ways.filter(({ before }) => before === ''))
          .map((way) => way.behind)
          .filter((text) => text !== '' && rest.endsWith(text));
        const longest = longestFirst(behind)[0];
        if (longest === undefined) continue;
        closed = true;
        rest = rest.slice(0, -longest.length).trimEnd();
      }
    }
    if (open.length > 0 && !closed) return 'misfit';
    if (dash !== undefined && dashes.test(rest)) return signed === '' && !closed ? 'dash' : 'misfit';
    // As `- €`, the other way round.
    if (dash !== undefined && rest === '' && signed === '-' && hasCurrency) return 'dash';
    // What is left has no sign any more, but for that of an exponent.
    if (rest === '' || /^[^\d.,]/.test(rest) || (percent !== undefined && !hasPercent)) return 'misfit';
    return { digits: rest, negative: signed === '-' || closed };
  };
}

/** Writes the usual form of full-width currency signs. */
export function narrowSigns(text: string): string {
  return text.replace(/[＄￠￡￥￦]/g, (sign) => wideSigns.get(sign)!);
}

function longestFirst(texts: readonly string[]): string[] {
  return texts.toSorted((a, b) => b.length - a.length);
}

function firstCharacter(text: string): string {
  return String.fromCodePoint(text.codePointAt(0)!);
}

function lastCharacter(text: string): string {
  return [...text.slice(-2)].at(-1)!;
}
