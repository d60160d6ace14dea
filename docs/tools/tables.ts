import { type FailureName, failureKind, failureNames } from '../../contract/failures.ts';
import { rejectCodes } from '../../contract/reject-codes.ts';

/** A table; where `right` is given, all columns but the first are aligned to the right, as figures are. */
export function table(head: string[], rows: string[][], right = false): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, index) => (right && index > 0 ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

const yesNo = (value: boolean) => (value ? 'yes' : 'no');

/** Tables, or other passages, by the names that docs call them by. */
export type Tables = Record<string, () => string>;

const tables: Tables = {
  failures: () => {
    const groups = Map.groupBy(failureNames, (name) => {
      const { blame, retryable, exitCode } = failureKind(name);
      return [blame, yesNo(retryable), String(exitCode ?? '–')].join();
    });
    const links = (names: FailureName[]) => names.map((name) => `[${name}](#${name.toLowerCase()})`);
    return table(
      ['blame', 'retried', 'exit code', 'failures'],
      [...groups].map(([facts, names]) => [...facts.split(','), links(names).join(' ')]),
    );
  },
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

/** docs/failures.md with its tables, and the advice at the end of each failure's section, as the code has them now. */
export function writeTables(doc: string): string {
  return fillTables(doc, tables).replace(/^(### (\w+)\n.*?)(?=^##|$(?![\s\S]))/gms, (section, text, name) =>
    failureNames.includes(name as FailureName)
      ? `${text.replace(/\n\*\*What to do:\*\*.*$/s, '').trimEnd()}\n${advice(name)}\n\n`
      : section,
  );
}

function advice(name: FailureName): string {
  return wrap(`**What to do:** ${failureKind(name).advice}`, 120);
}

/** Breaks at spaces, so that no line is longer than `width`. */
function wrap(text: string, width: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`;
    if (longer.length > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.join('\n');
}
