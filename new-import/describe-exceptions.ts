import type { ColumnProfile, NearReading } from './column-profile.ts';

/** Fewer values behind an exception tell nothing. */
const LEAST_VALUES = 20;

const kinds = {
  uuid: ['UUIDs', 'uuid'],
  json: ['JSON', 'jsonb'],
  number: ['numbers', 'numeric'],
  date: ['days', 'date'],
  time: ['times', 'time'],
  timestamp: ['timestamps', 'timestamp'],
} as const;

/** Where the few values are that make a column of numbers or days text, and what to do; null: there are none. */
export function describeExceptions(profile: ColumnProfile): string | null {
  const near = findNear(profile);
  if (near === null) return null;
  const { reading, lines } = near;
  const [values, type] = kinds[reading.kind];
  const where = `line${lines.length === 1 ? '' : 's'} ${lines.join(' and ').replace(/ and (?=.* and )/g, ', ')}`;
  return `Text, since ${where} of the file ${lines.length === 1 ? 'has another value' : 'have other values'}; all others are ${values}. Correct ${lines.length === 1 ? 'it' : 'them'} and run new-import again, or make it \`${type}\` here to have ${lines.length === 1 ? 'such a row' : 'such rows'} rejected.`;
}

function findNear({ nearReadings, values }: ColumnProfile): NearReading | null {
  const near = nearReadings
    .filter(({ lines }) => values - lines.length >= LEAST_VALUES * lines.length)
    .toSorted((a, b) => a.lines.length - b.lines.length);
  return near[0] ?? null;
}
