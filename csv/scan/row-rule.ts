import type { ImportColumn, TableImport } from '../../contract/definition/import-definition.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { rejectCodes } from '../../contract/reject-codes.ts';
import type { RowValue } from '../row-values.ts';
import { describeThrown, describeType } from '../transform/transform-parse.ts';
import { cutWords } from './reject.ts';
import type { RowRule } from './scanner.ts';

/**
 * The import's row rule for a file of these columns; null where there is none. The rule is the user's code, so it may
 * throw or give anything.
 *
 * @throws ImportFailure (the row rule that is returned) `DefinitionInvalid` that tells the row and where in the code
 *   it went wrong, and nothing of the row's content
 */
export function rowRuleFor(
  { name, rowRule }: Pick<TableImport, 'name' | 'rowRule'>,
  columns: readonly (ImportColumn | null)[],
  added: readonly RowValue[] = [],
): RowRule | null {
  if (rowRule === null) return null;
  const properties = columns.map((column) => column?.property ?? null);
  return (values, line, row) => {
    const where = `import "${name}", field "rowRule": in row ${row}, line ${line},`;
    const ruled: Record<string, string | null> = {};
    for (const [index, property] of properties.entries()) {
      if (property !== null) ruled[property] = values[index]!;
    }
    for (const { column, text, isLine } of added) ruled[column.property] = isLine ? String(line) : text;
    let reason: unknown;
    try {
      reason = rowRule(ruled);
    } catch (error) {
      throw new ImportFailure(
        'DefinitionInvalid',
        `${where} it threw ${describeThrown(error)}; let it return a reason, or null.`,
      );
    }
    if (reason === null || reason === undefined) return null;
    if (typeof reason !== 'string') {
      throw new ImportFailure(
        'DefinitionInvalid',
        `${where} it returned ${describeType(reason)}; let it return a reason as text, or null.`,
      );
    }
    return cutWords(reason) || rejectCodes.rule_violated;
  };
}
