import { ConsoleProblem } from './problem.ts';

/** Longer than any value that means something: S3's keys have 1,024 bytes, and each may be three characters here. */
const LONGEST_VALUE = 4_096;

/**
 * A request's parameters.
 *
 * @param queries all values of each, as they were given
 * @throws ConsoleProblem where one is given twice, so that nobody has to guess which of them counts, or is too long
 */
export function readQuery(queries: Record<string, string[]>): Record<string, string> {
  const read = Object.entries(queries).map(([name, values]) => {
    if (values.length > 1) refuse(`"${name}" is given ${values.length} times: give it once.`);
    const [value = ''] = values;
    if (value.length > LONGEST_VALUE) {
      refuse(`"${name}" has ${value.length} characters: it takes ${LONGEST_VALUE} at most.`);
    }
    return [name, value];
  });
  return Object.fromEntries(read) as Record<string, string>;
}

/**
 * Whether a parameter is `true`; a missing or empty one is false.
 *
 * @throws ConsoleProblem for any other value: if `dryRun=yes` counted as false, it would import
 */
export function readFlag(query: Record<string, string>, name: string): boolean {
  const value = query[name] ?? '';
  if (value === 'true') return true;
  if (value === '' || value === 'false') return false;
  return refuse(`"${name}" must be true or false.`);
}

function refuse(message: string): never {
  throw new ConsoleProblem(400, 'InvalidRequest', message);
}
