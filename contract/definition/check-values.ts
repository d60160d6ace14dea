import type { ColumnProblem } from './check-column.ts';
import type { ImportColumn, ImportValue } from './import-definition.ts';
import { type KeyPattern, namesOf } from './key-pattern.ts';
import { type Constant, describeValue, isSource, type ValueOption, type ValueSource } from './values.ts';

/** The longest run id: the import's name, a hyphen, 32 digits. */
const ID_LENGTH = 33;
const MAX_INT = 2n ** 31n - 1n;

/** A value of a definition for its column, taken apart. */
export function importValue(column: ImportColumn, option: ValueOption): ImportValue {
  const gives = typeof option === 'object' && option !== null && 'unlessInFile' in option;
  return { column, value: gives ? option.unlessInFile : option, unlessInFile: gives };
}

/** What is wrong with a value for its column, and the remedy; the text of a constant is for csv/ to check. */
export function findValueProblem(
  importName: string,
  { column, value, unlessInFile }: ImportValue,
  pattern: KeyPattern | null,
): ColumnProblem | null {
  const problem =
    (isSource(value)
      ? findSourceProblem(importName, column, value, pattern)
      : findNullProblem(column, value)) ??
    (unlessInFile && isSource(value) && value.from === 'metadata' && value.default === undefined
      ? 'give it a default, since it is not needed where the file has the column'
      : null);
  return problem === null ? null : { field: '', problem };
}

/** What is wrong with the value that marks a missing row: there is no line of the file. */
export function findMarkProblem(
  importName: string,
  mark: ImportValue,
  pattern: KeyPattern | null,
): ColumnProblem | null {
  const { value } = mark;
  const problem =
    isSource(value) && value.from === 'line' ? 'a missing row has no line; use another value' : null;
  return problem === null ? findValueProblem(importName, mark, pattern) : { field: '', problem };
}

/** What is wrong with a column of `scope`: its value must be the upload's, and nobody else's. */
export function findScopeProblem(property: string, values: readonly ImportValue[]): ColumnProblem | null {
  const found = values.find(({ column }) => column.property === property);
  if (found !== undefined && isSource(found.value) && ['runId', 'importedAt'].includes(found.value.from)) {
    return {
      field: '',
      problem: `"${property}" gets ${describeValue(found.value)}, which is another in each run`,
    };
  }
  if (found?.column.lookup !== undefined) {
    return {
      field: '',
      problem: `"${property}" is looked up; name a column whose value comes with the upload itself`,
    };
  }
  return findConstantsProblem(property, values);
}

/** What is wrong with a column whose value must be the same for all rows of an upload. */
export function findConstantsProblem(property: string, values: readonly ImportValue[]): ColumnProblem | null {
  const found = values.find(({ column }) => column.property === property);
  const problem =
    found === undefined
      ? `"${property}" has no value: write, for example, values: { ${property}: fromKey('${property}') }`
      : found.unlessInFile
        ? `a file may have "${property}", so that anyone who uploads could choose it; leave unlessInFile(…) out`
        : isSource(found.value) && found.value.from === 'line'
          ? `"${property}" gets line(), which is another in each row`
          : null;
  return problem === null ? null : { field: '', problem };
}

function findNullProblem({ name, notNull }: ImportColumn, value: Constant | undefined): string | null {
  return value === null && notNull ? `column "${name}" is NOT NULL; give it a value` : null;
}

function findSourceProblem(
  importName: string,
  column: ImportColumn,
  value: ValueSource,
  pattern: KeyPattern | null,
): string | null {
  const { name, type, sqlType } = column;
  const wrongType = (suits: boolean, use: string) =>
    suits ? null : `column "${name}" is ${sqlType}, and ${describeValue(value)} is for ${use}`;
  const isText = type.kind === 'text' || type.kind === 'other';
  switch (value.from) {
    case 'key':
      if (pattern === null) {
        return `the import has no pattern of its keys: write, for example, key: '{${value.part}}/*.csv'`;
      }
      return namesOf(pattern).includes(value.part)
        ? null
        : `the key's pattern "${pattern.text}" has no {${value.part}}; it has ${list(namesOf(pattern))}`;
    case 'metadata':
      return /^[a-z0-9][a-z0-9._-]*$/.test(value.name)
        ? findNullProblem(column, value.default)
        : `"${value.name}" is no name of metadata: S3 keeps them in lower case, such as "user-id"`;
    case 'runId': {
      const longest = type.kind === 'text' ? type.maxLength : null;
      if (longest !== null && longest < importName.length + ID_LENGTH) {
        return `a run's id has ${importName.length + ID_LENGTH} characters, and column "${name}" takes ${longest}`;
      }
      return wrongType(isText, 'texts');
    }
    case 'fileName':
      return wrongType(isText, 'texts');
    case 'line': {
      const whole = type.kind === 'integer' && type.max >= MAX_INT;
      return wrongType(whole || (type.kind === 'numeric' && type.precision === null), 'integer and bigint');
    }
    case 'importedAt':
      return wrongType(type.kind === 'timestamp', 'timestamps');
  }
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((each) => `{${each}}`).join(', ');
}
