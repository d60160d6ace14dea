import { basename } from 'node:path';
import { nameFrom } from './name-columns.ts';
import { isReservedColumn } from './reserved-words.ts';

/** What an import is called, where its files lie and where their rows go. */
export interface ImportName {
  name: string;
  prefix: string;
  tableName: string;
}

const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|januar|februar|märz|mai|juni|juli|okt(?:ober)?|dez(?:ember)?|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)';
const year = '(?:19|20)\\d\\d';
const clock = '\\d\\d[-_.:h]?\\d\\d(?:[-_.:m]?\\d\\d)?(?:[.]\\d+)?z?';
const part = `(?:q[1-4]|h[12]|k?w\\d\\d?|${month})`;
const start = '(?<![0-9a-z])';
const end = '(?![0-9a-z])';
/** What tells a file from others of its kind, removed in this order. */
const distinctions: readonly RegExp[] = [
  // An identifier of this one export.
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
  // 2026-11-29T10-00-00Z, 20261129_1000
  new RegExp(`(?<!\\d)${year}([-_.]?)\\d\\d\\1\\d\\d(?:[-_ .]*t?[-_ .]*${clock})?${end}`, 'gi'),
  // 29-11-2026
  new RegExp(`(?<!\\d)\\d\\d?([-_.])\\d\\d?\\1${year}(?!\\d)`, 'g'),
  // 2026年11月29日, 令和8年度, 11月分, 第3四半期
  /(?:令和|平成|昭和|[rhs])?(?:\d+|元)年度?(?:\s*\d+月)?(?:\s*\d+日)?[分度]?/gi,
  /\d+月(?:\s*\d+日)?[分度]?|第\d四半期|[上下]半?期/g,
  // 2026-Q3, FY2026, Nov-2026, 2026-11, 202611
  new RegExp(`${start}(?:fy)?${year}[-_. ]*(?:${part}|\\d\\d)${end}`, 'gi'),
  new RegExp(`${start}(?:\\d\\d?[-_. ]*)?${part}[-_. ]*(?:\\d\\d?[-_. ]*)?(?:fy)?${year}${end}`, 'gi'),
  new RegExp(`${start}(?:fy[-_. ]*\\d\\d(?:\\d\\d)?|${year})${end}`, 'gi'),
  // What computers and people add to a second one.
  /[([（［【]\s*\d*\s*[)\]）］】]/g,
  /^(?:copy of|kopie von|copie de|copia de|コピー\s*[~〜-])|のコピー|[-_ ]+コピー$/gi,
  /(?<![0-9a-z])(?:(?:copy|kopie|copie|copia|final|latest|draft|(?:v|ver|version|rev)[-_. ]?\d+(?:\.\d+)*)(?![a-z])[-_ .()（）\d]*)+$/gi,
  /確定版?|最終版?|最新版?|修正版|改訂版|第\d+版/g,
  /[-_ .]*\d[-_ .\d]*$|^[-_ .]*\d[-_ .\d]*/g,
];

/** What the names of files of one kind have in common: `orders` of `orders-2026-11 (1).csv`. */
export function stemOf(file: string): string {
  const stem = basename(file).replace(/(\.[^.]+)?\.(?:gz|zip|zst)$|\.[^.]*$/i, '');
  return distinctions.reduce((text, each) => text.replace(each, ' '), stem.normalize('NFKC')).trim();
}

/**
 * Names an import after its sample, unless the user says otherwise.
 *
 * @throws Error for a name that cannot be one, with the remedy
 */
export function nameImport(
  file: string,
  wishes: { name?: string; prefix?: string; table?: string },
): ImportName {
  const name = wishes.name ?? nameFrom(stemOf(file), '-');
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new Error(
      wishes.name === undefined
        ? `No name for an import can be made of ${basename(file)}: say one with --name, such as --name orders.`
        : `--name: "${name}" is no name for an import: use lower-case letters, digits and hyphens, at most 40, a letter first.`,
    );
  }
  const prefix = wishes.prefix ?? `uploads/${name}/`;
  if (!/^[^/].*\/$/s.test(prefix)) {
    throw new Error(
      `--prefix: write "${prefix}" without a slash at the start and with one at the end, such as "uploads/${name}/".`,
    );
  }
  const tableName = wishes.table ?? nameFrom(name, '_');
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(tableName) || isReservedColumn(tableName)) {
    throw new Error(
      `--table: "${tableName}" would need quotes in SQL: use lower-case letters, digits and underscores, at most 63, and no reserved word.`,
    );
  }
  return { name, prefix, tableName };
}
