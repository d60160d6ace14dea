import type { ImportColumn, TableImport } from '../../contract/definition/define-import.ts';
import { differs } from './column-changes.ts';
import { identifier } from './identifier.ts';

/** What a merge does to a row that the table has, as SQL over `target` and `staged`. */
export interface RowChange {
  /** Whether the row is to be changed. */
  isChanged: string;
  /** Whether the file's row is older than the table's, which stays. */
  isOlder: string;
  /** Empty where no column can change. */
  assignments: readonly string[];
}

/** @param values the columns that are filled, without those of the key */
export function rowChange(definition: TableImport, values: readonly ImportColumn[]): RowChange {
  const isOlder = definition.newerBy === null ? 'false' : older(identifier(definition.newerBy));
  if (definition.mode === 'insert') return { isChanged: 'false', isOlder, assignments: [] };
  if (definition.mode === 'delete') return { isChanged: 'true', isOlder, assignments: [] };
  const changing = values.filter(({ onUpdate }) => onUpdate !== 'keep');
  const content = changing.filter(({ given }) => given !== 'origin');
  const [filling, others] = partition(content, ({ onUpdate }) => onUpdate === 'fill');
  const [keeping, overwriting] = partition(others, ({ transformations }) => transformations.empty === 'keep');
  const terms = [
    ...(overwriting.length > 0 ? [differs(overwriting, 'target', 'staged')] : []),
    ...keeping.map(
      (column) =>
        `(staged.${identifier(column.name)} is not null and ${differs([column], 'target', 'staged')})`,
    ),
    ...filling.map(
      ({ name }) => `(target.${identifier(name)} is null and staged.${identifier(name)} is not null)`,
    ),
  ];
  return {
    isChanged: terms.length === 0 ? 'false' : `(${terms.join(' or ')})`,
    isOlder,
    assignments: changing.map((column) => `${identifier(column.name)} = ${newValue(column)}`),
  };
}

function older(name: string): string {
  return `coalesce(staged.${name} < target.${name}, target.${name} is not null and staged.${name} is null)`;
}

function newValue({ name, onUpdate, transformations }: ImportColumn): string {
  const [staged, target] = [`staged.${identifier(name)}`, `target.${identifier(name)}`];
  if (onUpdate === 'fill') return `coalesce(${target}, ${staged})`;
  return transformations.empty === 'keep' ? `coalesce(${staged}, ${target})` : staged;
}

function partition<T>(all: readonly T[], test: (each: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((each) => !test(each))];
}
