import type { Transformations } from '../contract/definition/column-options.ts';
import type { ColumnProfile } from './column-profile.ts';
import { describeExceptions } from './describe-exceptions.ts';
import { type FileStyle, unknownStyle } from './file-style.ts';
import { type HeaderMeaning, readHeaderWords } from './header-words.ts';
import { inferBoolean, proposeBoolean } from './infer-boolean.ts';
import { inferNumber } from './infer-number.ts';
import { inferCounted, inferTimes } from './infer-time.ts';
import { type Inferred, textType } from './planned-type.ts';

/** What a column is taken to be, and why. */
export interface InferredColumn extends Inferred {
  notNull: boolean;
}

/** What all columns of a file show together. */
export interface FileEvidence {
  /** Words that are NULL wherever they stand. */
  nullWords: readonly string[];
  style: FileStyle;
}

/** So few rows without an empty value do not show that there never is one. */
export const ROWS_FOR_NOT_NULL = 1000;

/**
 * Takes a type that loses nothing of what was seen and that the next file's values have, or text in doubt.
 *
 * @param file what the other columns show
 */
export function inferColumn(
  header: string,
  profile: ColumnProfile,
  rows: number,
  { nullWords, style }: FileEvidence = { nullWords: [], style: unknownStyle },
): InferredColumn {
  const { type, transformations, evidence, advice } = inferType(readHeaderWords(header), profile, style);
  const isText = type.builder === 'text';
  const { booleans } = transformations;
  const meant = new Set([...(booleans?.true ?? []), ...(booleans?.false ?? [])]);
  const likely = isText ? [] : [...profile.nulls.likely].filter(([word]) => !meant.has(word));
  const changes: Transformations = {
    ...(profile.invisible > 0 ? { zeroWidth: 'remove' as const } : {}),
    ...(profile.untrimmed > 0 && !isText ? { trim: true } : {}),
    ...describeExcelText(profile, isText),
    ...(profile.fullWidth > 0 && !isText && type.builder !== 'boolean'
      ? { fullWidth: 'ascii' as const }
      : {}),
    ...(profile.decomposed > 0 && isText ? { normalize: 'NFC' as const } : {}),
    ...(likely.length > 0 ? { null: [...nullWords, ...likely.map(([word]) => word)] } : {}),
    ...transformations,
  };
  const likelyNulls = likely.reduce((sum, [, count]) => sum + count, profile.dashes);
  const empty = profile.empty + profile.certainNulls + (isText ? 0 : profile.blank + likelyNulls);
  return {
    type,
    transformations: changes,
    evidence: [evidence, ...describeChanges(changes), describeEmpty(empty)].join('; '),
    advice,
    notNull: empty === 0 && rows >= ROWS_FOR_NOT_NULL,
  };
}

function inferType(meaning: HeaderMeaning, profile: ColumnProfile, style: FileStyle): Inferred {
  if (profile.read === 0 && profile.words?.size !== 1) return textType(profile, 'no value to go by');
  const words = inferBoolean(profile);
  if (words !== null) return words;
  if (profile.read === 0) return textType(profile, 'no value to go by');
  if (meaning.code && profile.otherThanDigits === 0) return inferNumber(meaning, profile, style);
  return (
    inferTimes(profile, meaning, style) ??
    (meaning.time ? inferCounted(profile) : null) ??
    (profile.readings.some(({ kind }) => kind === 'number') ? inferNumber(meaning, profile, style) : null) ??
    inferText(meaning, profile)
  );
}

function inferText(meaning: HeaderMeaning, profile: ColumnProfile): Inferred {
  if (profile.leadingZeros > 0 && profile.otherThanDigits === 0) return textType(profile, 'zeros in front');
  if (profile.exponents > 0) return textType(profile, 'exponents, such as Excel makes of codes', EXPONENTS);
  const advice = proposeBoolean(profile) ?? (meaning.code ? null : describeExceptions(profile));
  return textType(profile, 'text', advice);
}

const EXPONENTS =
  'Some values are written with an exponent, which Excel makes of long codes and loses their digits. If these are measurements, make it a `doublePrecision` here.';

/** An apostrophe in front of digits is Excel's, unless it is part of a few texts, such as '90s. */
function describeExcelText(
  { apostrophes, formulas, otherThanDigits, read }: ColumnProfile,
  isText: boolean,
): Pick<Transformations, 'excelText'> {
  const ways = [
    ...(apostrophes > 0 && (!isText || otherThanDigits === 0 || apostrophes === read)
      ? (['apostrophe'] as const)
      : []),
    ...(formulas > 0 ? (['formula'] as const) : []),
  ];
  return ways.length === 0 ? {} : { excelText: ways.length === 1 ? ways[0]! : ways };
}

function describeChanges(changes: Transformations): string[] {
  const { trim, fullWidth, zeroWidth, excelText, normalize, null: words } = changes;
  return [
    ...(zeroWidth === undefined ? [] : ['characters without width are removed']),
    ...(trim === true ? ['white space at an end is taken off'] : []),
    ...(excelText === undefined ? [] : ['Excel’s signs for texts are taken off']),
    ...(fullWidth === undefined ? [] : ['full-width digits and signs become ASCII']),
    ...(normalize === undefined ? [] : ['characters are composed']),
    ...(words === undefined ? [] : [`${words.join(', ')} ${words.length === 1 ? 'is' : 'are'} NULL`]),
  ];
}

function describeEmpty(empty: number): string {
  return empty > 0 ? `${empty.toLocaleString('en')} empty` : 'none empty';
}
