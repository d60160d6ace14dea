/** Signs of western texts beside letters: those behind a word, before one, or inside one. */
const BEHIND = '’”»›…–—®™°´†\u00a0';
const BEFORE = '‘’“„«‹‚¿¡•–—…\u00a0';
const INSIDE = '’´·–—\u00a0';
/** Those that stand beside no letter. */
const APART = '€£§©®°²³µ·«»‹›¿¡‘’“”‚„–—…•™ºª½¼¾±×÷´†‰\u00a0';
/** The end of a word and the beginning of one beside an apostrophe. */
const ELIDED =
  /(?:^|[^A-Za-z])(?:[dljmnstcDLJMNSTCO]|[qQ]u|dell|all|nell|sull|dall|un|quest|quell|aujourd|Mc)$/;
const SHORTENED = /^(?:s|t|re|ll|ve|d|m)(?![A-Za-z])/;
/** What `²` and `³` may follow, and `º` and `ª`: `m²`, `Mª José`. */
const MEASURE = /(?:\d|(?:^|[^A-Za-z])[cdkmM]?m)$/;
const SHORT = /(?:\d|(?:^|[^A-Za-z])(?:[nNMDCSF]|Sr|Dr|Pr))$/;
/** In ISO-8859-15 they are €, Œ, œ and Ÿ. */
const LATIN9 = '¤¼½¾';
/** `° C`, `µm` */
const DEGREES = /^[CFK](?![A-Za-z])/;
const MICRO = /^(?:[mglsAFVW]|mol)(?![A-Za-z])/;

/** What a sign of the sample says, if it is read as Windows-1252: `proving` that it is a Windows code page at all. */
export type SignReading = 'proving' | 'usual' | 'misplaced' | 'latin9';

/** @param before some characters before it, `after` behind it; each ends or begins beside the sign */
export function readSign(sign: string, before: string, after: string): SignReading {
  const isBehind = /[A-Za-z\u00c0-\u024f]$/.test(before);
  const isBefore = /^[A-Za-z\u00c0-\u024f]/.test(after);
  if (sign === '’' && isBehind && isBefore && (ELIDED.test(before) || SHORTENED.test(after)))
    return 'proving';
  if ('“„'.includes(sign) && !isBehind && isBefore) return 'proving';
  if (sign === '”' && isBehind && !isBefore) return 'proving';
  if ('€£'.includes(sign) && (/\d[\u00a0 ]?$/.test(before) || /^\d/.test(after))) return 'proving';
  if ('–—'.includes(sign) && before.endsWith(' ') && after.startsWith(' ')) return 'proving';
  if (sign === '¤' || (LATIN9.includes(sign) && (isBehind || isBefore))) return 'latin9';
  const follows = '²³'.includes(sign) ? MEASURE : 'ºª'.includes(sign) ? SHORT : null;
  if (follows?.test(before)) return isBefore ? 'misplaced' : 'usual';
  if (sign === '°' && isBefore && !isBehind) return DEGREES.test(after) ? 'usual' : 'misplaced';
  if (sign === 'µ' && isBefore && !isBehind) return MICRO.test(after) ? 'usual' : 'misplaced';
  // “ closes German quotes.
  if (sign === '“' && isBehind && !isBefore) return 'usual';
  const places = isBehind && isBefore ? INSIDE : isBehind ? BEHIND : isBefore ? BEFORE : APART;
  return places.includes(sign) ? 'usual' : 'misplaced';
}
