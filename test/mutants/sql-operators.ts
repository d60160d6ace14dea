import type { Edit, Node } from './syntax.ts';

/** Stands for what JavaScript puts into a statement; as long as that is, so that offsets stay. */
const HOLE = '\u00a7';

/** A term of a condition, up to the next: parentheses in it may be two deep. */
const TERM =
  '(?:(?!\\b(?:and|or|where|group|order|limit|on|returning|union|having|from|then)\\b)[^()]|\\((?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*\\))+';

/** What is found in a statement, and what takes its place. */
const rules: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/\bis distinct from\b/g, '<>'],
  [/\bis not distinct from\b/g, '='],
  [/\bnot exists\b/g, 'exists'],
  [/(?<!\b(?:not|if|if not) )\bexists\b/g, 'not exists'],
  [/\bon conflict\b.*?(?=\breturning\b|$)/gs, ''],
  [/\bfor (?:share|update|no key update|key share)\b/g, ''],
  [/\bmax\(/g, 'min('],
  [/\bmin\(/g, 'max('],
  [/\band\b/g, 'or'],
  [/\bor\b(?! replace)/g, 'and'],
  [new RegExp(`\\band ${TERM}`, 'g'), ' '],
  [/\bwhere\b/g, 'where true or'],
  [/\border by [^\n)]*?(?=\)|\n|\blimit\b|$)/g, ''],
  [new RegExp(`(?<=\\border by [\\w.${HOLE}]+)(?![\\w.${HOLE}]| desc)`, 'g'), ' desc'],
  [/\bdesc\b/g, 'asc'],
  [new RegExp(`\\blimit [\\w${HOLE}]+`, 'g'), ''],
  [new RegExp(`(?<!(?:\\bset|,)\\s+[\\w${HOLE}"]+) = `, 'g'), ' <> '],
  [/ <> /g, ' = '],
  [/ < /g, ' <= '],
  [/ > /g, ' >= '],
  [/ <= /g, ' < '],
  [/ >= /g, ' > '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/\bis not null\b/g, 'is null'],
  [/\bis null\b/g, 'is not null'],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/\bleft join\b/g, 'join'],
  [/\bon commit drop\b/g, ''],
  [/\bimmediate\b/g, 'deferred'],
  [/\bdistinct (?!from)/g, ''],
  [new RegExp(`'[^'${HOLE}]+'`, 'g'), "'mutated'"],
  [new RegExp(`(?<![\\w$${HOLE}.'])\\d+(?![\\w${HOLE}.'])`, 'g'), (found) => String(Number(found) + 1)],
];

const STATEMENT =
  /\b(select|insert into|update \S+ (set|as)|delete from|order by|group by|is (not )?(null|distinct from)|exists|where|on conflict|for (share|update)|set constraints|create (temporary|or replace)|alter table|then \S+ (end|else)|nulls? (first|last)) ?/;
const COMPARISON = new RegExp(`^[\\w${HOLE}."]+ (=|<>|<|>) [\\w${HOLE}."]+$`);

/** The mutants of SQL in a template or a text of the source; none where it holds no SQL. */
export function sqlEdits(node: Node, source: string): Edit[] {
  const text = masked(node, source);
  // Messages for people begin with a capital letter, or end like a sentence.
  const isSql = (STATEMENT.test(text) && !/^[A-Z]|[.:]$/.test(text)) || COMPARISON.test(text);
  if (!isSql) return [];
  return rules.flatMap(([pattern, replacement]) =>
    [...text.matchAll(pattern)].map((match) => {
      const start = node.start + 1 + match.index;
      return {
        operator: 'SQL',
        start,
        end: start + match[0].length,
        text: typeof replacement === 'string' ? replacement : replacement(match[0]),
      };
    }),
  );
}

/** The text between the quotes, with placeholders for what is put in. */
function masked(node: Node, source: string): string {
  let text = source.slice(node.start + 1, node.end - 1);
  for (const expression of (node.expressions as Node[] | undefined) ?? []) {
    const start = source.lastIndexOf('${', expression.start) - node.start - 1;
    const end = source.indexOf('}', expression.end) - node.start;
    text = text.slice(0, start) + HOLE.repeat(end - start) + text.slice(end);
  }
  return text;
}
