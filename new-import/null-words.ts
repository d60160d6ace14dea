/** Words that stand for no value wherever they are. */
const certain = new Set([
  ...['NULL', 'null', '(null)', '(NULL)', '<null>', '<NULL>', '[null]', '[NULL]', '\\N', '<NA>', 'NaT'],
  ...['N/A', 'n/a', '#N/A'],
]);
/** Words that stand for no value among numbers, days and the like, but may be a value among texts. */
const likely = new Set([
  ...['-', '--', '---', '–', '—', '―', 'ー', '－', '.', '..', '...', '…', '?', '*', '/', '／'],
  ...[
    'NA',
    'na',
    'n.a.',
    'N.A.',
    'NaN',
    'nan',
    'None',
    'none',
    'NONE',
    'nil',
    'Nil',
    'NIL',
    'Null',
    'unknown',
  ],
  ...[
    'Unknown',
    'UNKNOWN',
    'missing',
    'not available',
    'k.A.',
    'k. A.',
    'TBD',
    'tbd',
    'なし',
    '無し',
    '不明',
    '未定',
  ],
  ...['未入力', '該当なし', '対象外'],
]);

/** What a word among values stands for. */
export function readNullWord(text: string): 'certain' | 'likely' | null {
  return certain.has(text) ? 'certain' : likely.has(text) ? 'likely' : null;
}
