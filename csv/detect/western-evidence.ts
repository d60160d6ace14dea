import { Context, Kind, westernLetters } from './western-letters.ts';
import { readSign } from './western-signs.ts';

/** What bytes are if they are read as Windows-1252: numbers of their characters beyond ASCII. */
export interface WesternReading {
  characters: number;
  /** By kind: letters that all encodings of Latin letters agree upon, those that Baltic ones read otherwise … */
  agreed: number;
  baltic: number;
  /** … and those that central European ones read otherwise, too. */
  central: number;
  /** Letters between neighbours as only western languages have them, of `central` and in all. */
  provingCentral: number;
  proving: number;
  /** Those that none of the others has. */
  decisiveCentral: number;
  decisive: number;
  /** Different contexts of those. */
  readonly kindsCentral: Set<number>;
  readonly kinds: Set<number>;
  /** Letters between neighbours that are usual nowhere in the west, of `central` and in all. */
  unknownCentral: number;
  unknown: number;
  /** Of `central`: those of languages that have many of `agreed`, Hungarian (ő, ű) and Turkish (ğ, ı, ş). */
  beside: number;
  /** Of `beside`: those of Turkish. */
  turkish: number;
  decisiveTurkish: number;
  /** What does not stand where western texts have it, or stands for nothing. */
  misplaced: number;
  /** What is a letter or € in ISO-8859-15. */
  latin9: number;
  /** « and », which are letters in ISO-8859-2. */
  opened: number;
  closed: number;
  /** Signs that stand as only texts in a Windows code page have them. */
  signs: number;
}

export function emptyReading(): WesternReading {
  return {
    characters: 0,
    agreed: 0,
    baltic: 0,
    central: 0,
    provingCentral: 0,
    proving: 0,
    decisiveCentral: 0,
    decisive: 0,
    kindsCentral: new Set(),
    kinds: new Set(),
    unknownCentral: 0,
    unknown: 0,
    beside: 0,
    turkish: 0,
    decisiveTurkish: 0,
    misplaced: 0,
    latin9: 0,
    opened: 0,
    closed: 0,
    signs: 0,
  };
}

/** So many characters beside a sign tell what it is. */
const SIGN_CONTEXT = 8;

/** Reads bytes as Windows-1252, on top of what was read before. They begin and end between two words. */
export function readAsWestern(bytes: Buffer, reading: WesternReading = emptyReading()): WesternReading {
  const { kinds, letters, characters } = westernLetters();
  const textOf = (from: number, to: number) => {
    let text = '';
    for (let at = Math.max(0, from); at < to && at < bytes.length; at++) text += characters[bytes[at]!];
    return text;
  };
  for (let at = 0; at < bytes.length; at++) {
    const kind = kinds[bytes[at]!]!;
    if (kind === Kind.ascii) continue;
    reading.characters++;
    if (kind === Kind.undefined) reading.misplaced++;
    else if (kind === Kind.sign) {
      const sign = characters[bytes[at]!]!;
      const found = readSign(sign, textOf(at - SIGN_CONTEXT, at), textOf(at + 1, at + 1 + SIGN_CONTEXT));
      if (found === 'misplaced') reading.misplaced++;
      if (found === 'latin9') reading.latin9++;
      if (found === 'proving') reading.signs++;
      if (sign === '«') reading.opened++;
      if (sign === '»') reading.closed++;
    } else if (isMisplaced(bytes, at)) reading.misplaced++;
    else if (letters[bytes[at - 1] ?? 0] === 0 && letters[bytes[at + 1] ?? 0] === 0) {
      // À, é and ó are words of their own, but so are letters of other alphabets.
      if (bytes[at + 1] !== SPACE || !(at === 0 || OPENING.has(bytes[at - 1]!))) reading.unknown++;
    } else readLetter(bytes, at, kind, reading);
  }
  return reading;
}

const SPACE = 0x20;
/** Newline, space and quote. */
const OPENING = new Set([0x0a, SPACE, 0x22]);

function readLetter(bytes: Buffer, at: number, kind: number, reading: WesternReading): void {
  const { letters, contextOf } = westernLetters();
  const mayProve = !mayBePairs(bytes, at);
  if (kind === Kind.agreed && mayProve) reading.agreed++;
  if (kind !== Kind.baltic && kind !== Kind.central) return;
  const isCentral = kind === Kind.central;
  const [letter, before, after] = [bytes[at]!, bytes[at - 1] ?? 0, bytes[at + 1] ?? 0].map(
    (byte) => letters[byte]!,
  );
  const context = contextOf(letter!, before!, after!);
  const isDecisive = context === Context.decisive && mayProve;
  if (context === Context.unknown) reading.unknown++;
  if (isDecisive) reading.decisive++;
  if (isCentral) {
    reading.central++;
    if (BESIDE.has(bytes[at]!)) reading.beside++;
    if (TURKISH.has(bytes[at]!)) {
      reading.turkish++;
      if (isDecisive) reading.decisiveTurkish++;
    }
    if (context === Context.unknown) reading.unknownCentral++;
    if (isDecisive) reading.decisiveCentral++;
  } else reading.baltic++;
  if (context < Context.proving || !mayProve) return;
  const proof = (letter! << 16) | (before! << 8) | after!;
  reading.proving++;
  reading.kinds.add(proof);
  if (isCentral) {
    reading.provingCentral++;
    reading.kindsCentral.add(proof);
  }
}

/** Ð, Ý, Þ, ð, ý and þ. */
const TURKISH = new Set([0xd0, 0xdd, 0xde, 0xf0, 0xfd, 0xfe]);
/** And Õ, Û, õ and û. */
const BESIDE = new Set([...TURKISH, 0xd5, 0xdb, 0xf5, 0xfb]);

/** A capital behind a small letter or the other way round, or two letters side by side that are unusual so. */
function isMisplaced(bytes: Buffer, at: number): boolean {
  const { letters, capitals, characters, isUsualPair } = westernLetters();
  const [beforeThat, before, here, after] = [
    bytes[at - 2] ?? 0,
    bytes[at - 1] ?? 0,
    bytes[at]!,
    bytes[at + 1] ?? 0,
  ];
  const isSmall = (byte: number) => letters[byte] !== 0 && capitals[byte] === 0;
  if (capitals[here] === 1 ? isSmall(before) : capitals[after] === 1 && characters[here] !== 'ß') return true;
  if (isSmall(here) && characters[here] !== 'ß' && capitals[before] === 1 && capitals[beforeThat] === 1)
    return true;
  const isUnusual = (first: number, second: number) =>
    first >= 0x80 && second >= 0x80 && !isUsualPair(letters[first]!, letters[second]!);
  return (
    (letters[before] !== 0 && isUnusual(before, here)) || (letters[after] !== 0 && isUnusual(here, after))
  );
}

/** Longer ones than this would take too much time. */
const LONGEST_WORD = 64;

/** A word of accented letters with a letter behind each may be East Asian characters of two bytes, such as `él`. */
function mayBePairs(bytes: Buffer, at: number): boolean {
  const { letters } = westernLetters();
  let start = at;
  while (letters[bytes[start - 1] ?? 0] !== 0 && at - start < LONGEST_WORD) start--;
  for (let end = start; letters[bytes[end] ?? 0] !== 0 && end - at < LONGEST_WORD; end += 2) {
    if (bytes[end]! < 0x80 || letters[bytes[end + 1] ?? 0] === 0 || bytes[end + 1]! >= 0x80) return false;
  }
  return true;
}

/** So many kinds of proof outweigh what is unusual. */
const MANY = 6;

/**
 * Whether the reading is western beyond doubt: no other language gives it by chance. Measured on the words with
 * accents in dictionaries and name lists of a dozen other languages, drawn one to a thousand at a time.
 */
export function isCertainlyWestern(reading: WesternReading): boolean {
  const { agreed, baltic, central, misplaced, provingCentral, opened, closed } = reading;
  if (reading.latin9 > 0 || 10 * Math.abs(opened - closed) > opened + closed) return false;
  if (reading.kindsCentral.size >= MANY && 4 * misplaced <= provingCentral) return !isCentral(reading);
  if (misplaced > 0 || isCentral(reading) || isBaltic(reading)) return false;
  return agreed + baltic + central > 0 || (reading.signs >= 2 && reading.unknown === 0);
}

/** Whether nothing speaks against it, even if nothing proves it. */
export function isUsualWestern(bytes: Buffer): boolean {
  const { misplaced, unknown, latin9 } = readAsWestern(bytes);
  return misplaced === 0 && unknown === 0 && latin9 === 0;
}

/** Whether its letters could be central European. */
function isCentral(reading: WesternReading): boolean {
  const { agreed, central, beside, unknownCentral, provingCentral, decisiveCentral, kindsCentral } = reading;
  if (reading.turkish > 0 && reading.decisiveTurkish === 0) return true;
  if (central === 0 || (decisiveCentral > 0 && 2 * unknownCentral <= decisiveCentral)) return false;
  if (
    kindsCentral.size >= 3 ? unknownCentral <= provingCentral : kindsCentral.size >= 2 && unknownCentral === 0
  ) {
    return false;
  }
  // Few of those languages have that many letters that all agree upon.
  const isMostlyAgreed =
    provingCentral === central
      ? agreed >= 3 * central
      : agreed >= 4 + 2 * central && unknownCentral <= provingCentral;
  return !isMostlyAgreed || (beside > 0 && decisiveCentral === 0);
}

/** Whether its letters could be Baltic. */
function isBaltic(reading: WesternReading): boolean {
  const { agreed, baltic, central, kinds, unknown, proving, decisive } = reading;
  // Few of their letters are ones that all agree upon.
  const disputed = baltic + central;
  if (agreed >= 3 * disputed && unknown === 0 && proving === disputed) return false;
  if (agreed >= 5 && agreed >= 2 * disputed && unknown <= proving) return false;
  if (disputed === 0) return unknown > 0;
  if (decisive > 0 && 2 * unknown <= decisive) return false;
  return kinds.size >= 3 ? unknown > proving : kinds.size < 2 || unknown > 0;
}
