import { type Kind, taken } from './kind.ts';

export const zone = '(Z|[+-]\\d\\d(:?\\d\\d|:[0-5]\\d:[0-5]\\d)?)';
export const clock = '([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.(\\d{1,30}))?)?';

/** A moment: `pattern` is what the docs take; digits beyond `precision` must be zeros. */
export function moments(
  build: Kind['build'],
  pattern: string,
  precision: number,
  codes: Kind['codes'],
  edges: readonly string[],
): Kind {
  const form = new RegExp(`^${pattern}$`);
  return {
    build,
    typed: true,
    judge: (value, read) => {
      const fraction = /\.(\d+)/.exec(value)?.[1] ?? '';
      return taken(form.test(value) && read !== null && /^0*$/.test(fraction.slice(precision)));
    },
    codes,
    edges,
  };
}

export const day = '(?!0000)\\d{4}-\\d\\d-\\d\\d';
export const dateEdges = [
  ...[
    '2026-02-28',
    '2026-02-29',
    '2024-02-29',
    '1900-02-29',
    '2000-02-29',
    '2026-04-31',
    '2026-12-31',
    '2026-13-01',
  ],
  ...['2026-00-10', '2026-01-00', '2026-01-32', '0001-01-01', '0000-01-01', '9999-12-31', '99999-01-01'],
  ...['2026-2-28', '20260228', '28.02.2026', '02/28/2026', '2026-02-28 ', ' 2026-02-28', '2026-02-28 BC'],
  ...[
    'infinity',
    'today',
    'now',
    'epoch',
    'tomorrow',
    '-2026-01-01',
    '２０２６-01-01',
    '2026/02/28',
    '2026-02-28T',
  ],
];
const clockEdges = [
  ...['09:30', '09:30:15', '09:30:15.25', '9:30', '24:00', '23:59:60', '23:59:59.999999', '23:59:59.9999999'],
  ...[
    '00:00',
    '09:30:',
    '09:30:15.',
    '09:30:1',
    '09:60',
    '0930',
    '9h30',
    '09:30 PM',
    '09:30:15,5',
    '09:30:15.1234',
  ],
  ...[
    '09:30:15.000',
    '09:30:15.0000000000',
    `09:30:15.${'0'.repeat(30)}`,
    `09:30:15.${'0'.repeat(31)}`,
    '23:59:59.5',
  ],
  ...[`09:30:15.123456${'0'.repeat(24)}`, 'now', 'allballs', '09:30:15 ', '-09:30'],
];
const zones = [
  ...[
    '',
    'Z',
    '+09',
    '-0330',
    '+09:00',
    '+9',
    '+15:59',
    '-15:59',
    '+16',
    '+16:00',
    '+15:60',
    '+00:00',
    ' JST',
    'z',
  ],
  ...[' +09', '+09:00:00', '+0900:00', ' UTC', '-00', '+'],
];
export const clocks = clockEdges.flatMap((each, index) =>
  zones.filter((_, at) => (at + index) % 5 === 0).map((end) => each + end),
);
export const instants = dateEdges
  .slice(0, 18)
  .flatMap((each, index) =>
    clocks
      .filter((_, at) => (at + index) % 12 === 0)
      .map((end, at) => `${each}${at % 4 === 0 ? 'T' : ' '}${end}`),
  )
  .concat([
    '9999-12-31T23:59:59-15:59',
    '0001-01-01 00:00:00+15:59',
    '2026-02-28t09:30Z',
    '2026-02-28  09:30Z',
  ]);
