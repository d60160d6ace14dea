import { type FailureName, failureKind, failureNames } from '../../contract/failures.ts';
import { rejectCodes } from '../../contract/reject-codes.ts';
import { tableOf } from './markdown.ts';

/** A table; where `right` is given, all columns but the first are aligned to the right, as figures are. */
export function table(head: string[], rows: string[][], right = false): string {
  const rule = head.map((_, index) => (right && index > 0 ? '---:' : '---'));
  return [head, rule, ...rows].map(tableRow).join('\n');
}

function tableRow(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Tables, or other passages, by the names that docs call them by. */
export type Tables = Record<string, () => string>;

const tables: Tables = {
  'reject-codes': () =>
    table(
      ['code', 'reason'],
      Object.entries(rejectCodes).map(([code, reason]) => [`\`${code}\``, reason]),
    ),
};

/** The doc with each table, between `<!-- name: … -->` and `<!-- end -->`, as it is now. */
export function fillTables(doc: string, tables: Tables): string {
  return doc.replace(/^(<!-- (\S+): [^\n]*-->\n).*?^(<!-- end -->)$/gms, (_, begin, name, end) => {
    if (!Object.hasOwn(tables, name)) throw new Error(`There is no table "${name}".`);
    return `${begin}\n${tables[name]!()}\n\n${end}`;
  });
}

/** docs/failures.md with its tables, and each failure's exit code and advice, as the code has them now. */
export function writeTables(doc: string): string {
  return fillTables(doc, tables).replace(/^\| `(\w+)` \|.*$/gm, (row, name: string) => {
    if (!failureNames.includes(name as FailureName)) return row;
    const { exitCode, advice } = failureKind(name as FailureName);
    const [, , happened] = tableOf(`| |\n| - |\n${row}`)[0]!;
    return tableRow([`\`${name}\``, String(exitCode ?? '–'), happened!, advice]);
  });
}
