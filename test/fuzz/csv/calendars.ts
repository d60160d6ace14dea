/** Days and moments by JavaScript's own calendars, for values that are written in other ways than ISO 8601. */

const DAY = 86_400_000;

/** Names of the months in a language, as Intl has them, lower case, with the number of each in two digits. */
export function monthsOf(language: string): Map<string, string> {
  const names = new Map<string, string>([['sept', '09']]);
  for (const style of ['long', 'short'] as const) {
    const format = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' });
    for (let month = 0; month < 12; month++) {
      const name = format.format(new Date(Date.UTC(2026, month, 15)));
      names.set(name.toLowerCase(), String(month + 1).padStart(2, '0'));
    }
  }
  return names;
}

/** The moment of a spreadsheet's day number, to the millisecond; null: it has none. */
export function serialMoment(value: string): string | null {
  const [, days, places = '0'] = /^(\d{1,18})(?:\.(\d{1,30}))?$/.exec(value) ?? [];
  if (days === undefined || Number(days) === 0 || Number(days) === 60) return null;
  const scale = 10n ** BigInt(places.length);
  const millis = (BigInt(places) * BigInt(DAY) + scale / 2n) / scale;
  // Up to 28 February 1900 the days of 1900 have their own number, from March on one more than that.
  const first = Date.UTC(1899, 11, Number(days) < 60 ? 31 : 30);
  return momentOf(BigInt(first) + BigInt(days) * BigInt(DAY) + millis);
}

/** The moment of milliseconds since 1970; null: it is no such number, or out of reach. */
export function unixMoment(value: string): string | null {
  const [, sign, millis, places = ''] = /^(-?)(\d{1,18})(?:\.(\d{1,30}))?$/.exec(value) ?? [];
  // Fractions are for the column's precision, which has none of them.
  if (millis === undefined || /[1-9]/.test(places)) return null;
  return momentOf(BigInt(`${sign}${millis}`));
}

function momentOf(millis: bigint): string | null {
  if (millis < BigInt(Date.parse('0001-01-01')) || millis > BigInt(Date.parse('9999-12-31T23:59:59.999Z')))
    return null;
  return new Date(Number(millis)).toISOString().replace('T', ' ').replace('Z', '');
}

const eraLetters = ['M', 'T', 'S', 'H', 'R'];
const eraNames = ['明治', '大正', '昭和', '平成', '令和'];
const japanese = new Intl.DateTimeFormat('en-u-ca-japanese', {
  era: 'narrow',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  timeZone: 'UTC',
});
/** Days on which one era ended and the next began: they have two names. */
const sharedDays = new Map([
  ['M45.7.30', '1912-07-30'],
  ['T15.12.25', '1926-12-25'],
]);

/** The day of a date by Japanese eras, by Intl's calendar, from Meiji 6 on; null: there is none. */
export function eraDay(value: string): string | null {
  const [, era, year, month, day] =
    /^(.+?)(\d{1,2}|元)\.(\d{1,2})\.(\d{1,2})$/.exec(value) ??
    /^(.+?)(\d{1,2}|元)年(\d{1,2})月(\d{1,2})日$/.exec(value) ??
    [];
  if (era === undefined) return null;
  const letter = eraLetters.find(
    (each, index) =>
      each === era.toUpperCase() || [eraNames[index], eraNames[index]![0], '㍾㍽㍼㍻㋿'[index]].includes(era),
  );
  if (letter === undefined) return null;
  const written = `${letter}${year === '元' ? 1 : Number(year)}.${Number(month)}.${Number(day)}`;
  const shared = sharedDays.get(written);
  if (shared !== undefined) return shared;
  for (let candidate = 1873; candidate < 2120; candidate++) {
    const date = new Date(Date.UTC(candidate, Number(month) - 1, Number(day)));
    const parts = Object.fromEntries(japanese.formatToParts(date).map(({ type, value }) => [type, value]));
    if (`${parts.era}${parts.year}.${parts.month}.${parts.day}` === written)
      return date.toISOString().slice(0, 10);
  }
  return null;
}
