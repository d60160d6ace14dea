import type { ExcelText, UnicodeForm } from '../../contract/definition/column-options.ts';
import { QUOTE } from '../ascii.ts';
import { type FieldTransform, replaceValue, type ValueBytes } from './value.ts';

/**
 * Characters without width: soft hyphen, zero-width space, marks and isolates of direction, joiners of words, the byte
 * order mark. U+200C and U+200D only beside ASCII or nothing, since scripts and emoji need them inside.
 */
const zeroWidth =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|(?<![^\0-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\0-\x7f])/gu;
/** No such character's UTF-8 begins with a byte below. */
const LOWEST_LEAD = 0xc2;

/** Removes characters without width. */
export function zeroWidthTransform(): FieldTransform {
  return changeText(LOWEST_LEAD, (text) => text.replace(zeroWidth, ''));
}

/** Brings texts to one of Unicode's normalization forms. */
export function normalizeTransform(form: UnicodeForm): FieldTransform {
  return changeText(LOWEST_LEAD, (text) => text.normalize(form));
}

/** Changes the text of values that have a byte of at least `lead`. */
function changeText(lead: number, change: (text: string) => string): FieldTransform {
  return (value) => {
    const { bytes, start, end } = value;
    let at = start;
    while (at < end && bytes[at]! < lead) at++;
    if (at === end) return null;
    const changed = Buffer.from(change(bytes.toString('utf8', start, end)));
    replaceValue(value, changed, changed.length);
    return null;
  };
}

const APOSTROPHE = 0x27;
const EQUALS = 0x3d;

/** Takes off what makes spreadsheets keep a text: the apostrophe in front of `'0123`, all but the text of `="0123"`. */
export function excelTextTransform(ways: readonly ExcelText[]): FieldTransform {
  const formula = ways.includes('formula');
  const apostrophe = ways.includes('apostrophe');
  return (value) => {
    const { bytes, start, end } = value;
    if (apostrophe && bytes[start] === APOSTROPHE) value.start++;
    else if (formula && isFormula(value)) {
      value.start += 2;
      value.end--;
      if (bytes.subarray(start + 2, end - 1).includes(QUOTE)) {
        const text = Buffer.from(bytes.toString('utf8', start + 2, end - 1).replaceAll('""', '"'));
        replaceValue(value, text, text.length);
      }
    }
    return null;
  };
}

/** Whether the value is `="…"`, with quotes inside doubled. */
function isFormula({ bytes, start, end }: ValueBytes): boolean {
  if (end - start < 3 || bytes[start] !== EQUALS || bytes[start + 1] !== QUOTE || bytes[end - 1] !== QUOTE) {
    return false;
  }
  return !/(?<!")"(?:"")*(?!")/.test(bytes.toString('latin1', start + 2, end - 1));
}
