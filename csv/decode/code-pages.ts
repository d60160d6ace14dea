import {
  type multiByteEncodings,
  type singleByteEncodings,
  singleByteEncodings as singleByteNames,
} from '../../contract/definition/file-format.ts';
import { fourBytesOf, GB18030_BMP } from './gb18030.ts';
import { addHangulOfWindows949 } from './windows-949.ts';

/**
 * A way of writing characters as one to four bytes, laid out for a decoder: all of it is in tables that are looked
 * up byte by byte. ASCII stands for itself in each of them. Only characters of four bytes may be beyond U+FFFF.
 */
export interface CodePage {
  /** How many bytes a character has that begins with this byte; 0: none does. */
  readonly sizes: Uint8Array;
  /** The character of a single byte; 0: none. */
  readonly singles: Uint16Array;
  /** The characters of two bytes, first byte times 256 plus second; 0: none. */
  readonly pairs: Uint16Array;
  /** The characters of three bytes, by the last two: all begin with the same byte. */
  readonly triples: Uint16Array;
  /** GB18030's characters of four bytes up to U+FFFF, by their number; empty in other encodings. */
  readonly quads: Uint16Array;
}

export type CodePageName = (typeof singleByteEncodings)[number] | (typeof multiByteEncodings)[number];

/** JIS X 0212 in EUC-JP: the byte before the two that name the character. */
const SINGLE_SHIFT_3 = 0x8f;

const known = new Map<CodePageName, CodePage>();

/** The tables of an encoding, made of what `TextDecoder` makes of every sequence (WHATWG; Shift_JIS is CP932). */
export function codePage(name: CodePageName): CodePage {
  const page = known.get(name) ?? build(name);
  known.set(name, page);
  return page;
}

function build(name: CodePageName): CodePage {
  const decode = decoderOf(name);
  const isSingle = (singleByteNames as readonly string[]).includes(name);
  const hasQuads = name === 'gb18030' || name === 'gbk';
  const page = {
    sizes: new Uint8Array(256),
    singles: new Uint16Array(256),
    pairs: new Uint16Array(isSingle ? 0 : 65_536),
    triples: new Uint16Array(name === 'euc-jp' ? 65_536 : 0),
    quads: hasQuads ? tableOfQuads() : new Uint16Array(0),
  };
  for (let byte = 0; byte < 256; byte++) {
    page.singles[byte] = decode(byte);
    if (byte < 0x80 || page.singles[byte] !== 0) page.sizes[byte] = 1;
  }
  if (isSingle) return page;
  for (let lead = 0x80; lead < 256; lead++) {
    if (page.sizes[lead] !== 0) continue;
    for (let trail = 0x40; trail < 256; trail++) {
      page.pairs[(lead << 8) | trail] = decode(lead, trail);
      if (page.pairs[(lead << 8) | trail] !== 0) page.sizes[lead] = 2;
    }
    if (hasQuads && lead >= 0x81 && lead <= 0xfe) page.sizes[lead] = 2;
  }
  if (name === 'euc-kr') addHangulOfWindows949(page);
  if (name !== 'euc-jp') return page;
  page.sizes[SINGLE_SHIFT_3] = 3;
  for (let second = 0xa1; second < 0xff; second++) {
    for (let third = 0xa1; third < 0xff; third++) {
      page.triples[(second << 8) | third] = decode(SINGLE_SHIFT_3, second, third);
    }
  }
  return page;
}

function tableOfQuads(): Uint16Array {
  const decoder = new TextDecoder('gb18030');
  return Uint16Array.from({ length: GB18030_BMP }, (_, number) => {
    const text = decoder.decode(fourBytesOf(number));
    const unit = text.charCodeAt(0);
    return text.length !== 1 || unit === 0xfffd || isPrivate(unit) ? 0 : unit;
  });
}

/** Gives the one character that the bytes are, or 0. */
function decoderOf(name: CodePageName): (...bytes: number[]) => number {
  const decoder = new TextDecoder(name);
  // What their private characters are, only the maker of a file knows.
  const hasPrivate = name === 'gbk' || name === 'gb18030' || name === 'big5' || name === 'euc-kr';
  return (...bytes) => {
    const text = decoder.decode(Uint8Array.from(bytes));
    const unit = text.charCodeAt(0);
    // Control characters from 0x80 on stand for bytes that the encoding leaves undefined.
    if (text.length !== 1 || unit === 0xfffd || (unit >= 0x80 && unit < 0xa0)) return 0;
    return hasPrivate && isPrivate(unit) ? 0 : unit;
  };
}

const isPrivate = (unit: number) => unit >= 0xe000 && unit <= 0xf8ff;
