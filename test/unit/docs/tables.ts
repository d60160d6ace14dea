import { type FailureName, failureKind, failureNames } from '../../../contract/failures.ts';
import { rejectCodes } from '../../../contract/report.ts';

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const yesNo = (value: boolean) => (value ? 'yes' : 'no');

/** The tables that docs have from the code, each between `<!-- name: … -->` and `<!-- end -->`. */
const tables: Record<string, () => string> = {
  failures: () =>
    table(
      ['failure', 'blame', 'retried', 'exit code'],
      failureNames.map((name) => {
        const { blame, retryable, exitCode } = failureKind(name);
        return [`[${name}](#${name.toLowerCase()})`, blame, yesNo(retryable), String(exitCode ?? '–')];
      }),
    ),
  'reject-codes': () =>
    table(
      ['code', 'reason'],
      Object.entries(rejectCodes).map(([code, reason]) => [`\`${code}\``, reason]),
    ),
};

/** The doc with its tables as the code has them now, and the advice at the end of each failure's section. */
export function writeTables(doc: string): string {
  const withTables = doc.replace(
    /^(<!-- (\S+): [^\n]*-->\n).*?^(<!-- end -->)$/gms,
    (_, begin, name, end) => `${begin}\n${tables[name]!()}\n\n${end}`,
  );
  return withTables.replace(/^(### (\w+)\n.*?)(?=^##|$(?![\s\S]))/gms, (section, text, name) =>
    failureNames.includes(name as FailureName)
      ? `${text.replace(/\n\*\*What to do:\*\*.*$/s, '').trimEnd()}\n\n${advice(name)}\n\n`
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
