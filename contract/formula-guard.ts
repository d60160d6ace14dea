// A cell that a spreadsheet takes for a formula may run commands on its reader's machine, or send what stands beside it
// to a stranger (OWASP, "CSV Injection"). An apostrophe in front makes it text.

/** What formulas begin with, also full-width and small, as an input method of Japanese or Chinese writes them. */
const TRIGGER = '[=+\\-@＝＋－＠﹦﹢﹣﹫]';
/** What spreadsheets pass over before it; apostrophes, too, so that a guarded cell is told from one that has its own. */
const PASSED = `\\s"'\\p{Cc}\\p{Cf}`;

/**
 * Where a cell begins: at its start, and behind what another setting than the comma takes for the end of a cell or row.
 * (Excel of a country with decimal commas splits at semicolons, and does not know quotes in the middle of a cell.) A
 * tab, NUL or line break at the start may be passed over, whatever comes behind it.
 */
const places = [
  `^(?=[${PASSED}]*${TRIGGER}|'*[\\0\\t\\r\\n])`,
  `(?<=[;\\|\\t\\r\\n])(?=[[${PASSED}]--[\\t\\r\\n]]*${TRIGGER})`,
];
const unguarded = new RegExp(places.join('|'), 'gv');
const guarded = new RegExp(places.map((place) => place.replace('(?=', "'(?=")).join('|'), 'gv');

/** A cell with an apostrophe in front of whatever a spreadsheet could take for a formula. */
export function guardFormulas(cell: string): string {
  return cell.replace(unguarded, "'");
}

/** The cell that {@link guardFormulas} was given. */
export function unguardFormulas(cell: string): string {
  return cell.replace(guarded, '');
}
