import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's folder. */
export const root = join(import.meta.dirname, '../../..');

export function readDoc(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

/** A fenced block: what stands behind the opening fence, and its content with a newline at the end. */
export interface Fence {
  info: string;
  content: string;
}

export function fencesOf(text: string): Fence[] {
  return [...text.matchAll(/^```(\S*)\n(.*?)^```$/gms)].map((match) => ({
    info: match[1]!,
    content: match[2]!,
  }));
}

/** The text under a heading, up to the next heading of the same or a higher level. */
export function sectionOf(text: string, heading: string): string {
  const level = /^#+/.exec(heading)![0].length;
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`There is no heading "${heading}".`);
  const length = lines.slice(start + 1).findIndex((line) => {
    const hashes = /^(#+) /.exec(line)?.[1]?.length ?? Number.POSITIVE_INFINITY;
    return hashes <= level;
  });
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

/** The anchors of a doc's headings, as GitHub makes them: a repeated one gets a number. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  const prose = text.replace(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => {
    const anchor = heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** The cells of the first table in the text, without its head. `\|` in a cell is a vertical bar. */
export function tableOf(text: string): string[][] {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  if (first < 0) throw new Error('There is no table.');
  const rows: string[][] = [];
  for (const line of lines.slice(first + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
  }
  return rows;
}

/** The inline code in a cell, in order. */
export function codesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]*)`/g)].map((match) => match[1]!);
}

/** Code with `\n`, `\r`, `\t`, `\0`, `\\` and `\xNN` written out, as bytes. */
export function unescapeBytes(code: string): Buffer {
  const named: Record<string, string> = { n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\' };
  const parts = code.split(/(\\x[0-9a-f]{2}|\\[nrt0\\])/i).map((part) => {
    if (/^\\x/i.test(part)) return Buffer.from(part.slice(2), 'hex');
    return Buffer.from(/^\\[nrt0\\]$/.test(part) ? named[part[1]!]! : part);
  });
  return Buffer.concat(parts);
}
