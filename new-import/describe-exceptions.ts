import type { ColumnProfile, NearReading } from './column-profile.ts';
import type { Reading } from './column-readings.ts';

/** So many values must fit for each that does not. */
const FITTING_VALUES = 2;

const kinds = {
  uuid: ['UUIDs', 'uuid'],
  json: ['JSON', 'jsonb'],
  number: ['numbers', 'numeric'],
  date: ['days', 'date'],
  time: ['times', 'time'],
  timestamp: ['timestamps', 'timestamp'],
} as const;

/**
 * Where the few values are that make a column of numbers or days text, and what to do; null: there are none.
 *
 * @param near readings that all values but a few allow
 */
export function describeExceptions(
  profile: ColumnProfile,
  near: readonly NearReading[] = profile.nearReadings.filter(({ reading }) => reading.counted !== true),
): string | null {
  const [nearest] = near
    .filter(({ lines }) => profile.read - lines.length >= FITTING_VALUES * lines.length)
    .toSorted((a, b) => a.lines.length - b.lines.length);
  if (nearest === undefined) return null;
  const { reading, lines } = nearest;
  const one = lines.length === 1;
  const [values, type] = kinds[reading.kind];
  const where = `line${one ? '' : 's'} ${lines.join(' and ').replace(/ and (?=.* and )/g, ', ')}`;
  return `Text, since ${where} of the file ${one ? 'has another value' : 'have other values'}; all others are ${values}. Correct ${one ? 'it' : 'them'} and run new-import again, or make it \`${type}\` here${declaring(reading)} to have ${one ? 'such a row' : 'such rows'} rejected.`;
}

/** What must be declared beside the type. */
function declaring({ transformations }: Reading): string {
  const options = Object.entries(transformations).map(
    ([option, value]) => `${option}: ${JSON.stringify(value).replaceAll('"', "'")}`,
  );
  return options.length === 0 ? '' : `, with \`${options.join(', ')}\` below,`;
}
