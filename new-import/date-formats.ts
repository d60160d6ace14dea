/** Formats in which a text may be a day, a time or both, by its shape. */
export interface TimeShape {
  kind: 'date' | 'time' | 'timestamp';
  /** Ways to read it, the usual first; each is one format or several that differ in the time's precision only. Null: as the importer takes it without. */
  ways: readonly (readonly string[] | null)[];
  /** Whether it has a zone. */
  zoned: boolean;
}

/** A day: its pattern, and the formats that it may have. */
const days: readonly (readonly [RegExp, (found: RegExpExecArray) => readonly (string | null)[]])[] = [
  [/^\d{4}-\d\d-\d\d(?!\d)/, () => [null, 'YYYY-M-D']],
  [/^\d{4}([-/.])\d\d?\1\d\d?/, ([, sign]) => [`YYYY${sign}M${sign}D`]],
  [/^\d{4}年\d\d?月\d\d?日/, () => ['YYYY年M月D日']],
  [/^\d\d?\.\d\d?\.\d{4}(?!\d)/, () => ['D.M.YYYY']],
  [/^\d\d?([-/])\d\d?\1\d{4}(?!\d)/, ([, sign]) => [`D${sign}M${sign}YYYY`, `M${sign}D${sign}YYYY`]],
  [/^\d\d?\.\d\d?\.\d\d(?!\d)/, () => ['D.M.YY']],
  [
    /^\d\d?([-/])\d\d?\1\d\d(?!\d)/,
    ([, sign]) => [`D${sign}M${sign}YY`, `M${sign}D${sign}YY`, `YY${sign}M${sign}D`],
  ],
  [/^\d{8}(?!\d)/, () => ['YYYYMMDD']],
  // 05-Jan-2024, 5. März 2024, 5 de enero de 2024
  [
    /^\d\d?(\.? de |[-/. ]|\. ?)(\p{L}{3,12})\.?( de |\1|[-/ ])(\d{4}|\d\d)(?!\d)/u,
    ([, one, , other, year]) => [
      `D${literal(one!)}MMM${literal(other!)}${year!.length === 4 ? 'YYYY' : 'YY'}`,
    ],
  ],
  // Dec 24, 2020
  [/^(\p{L}{3,12})\.?( )\d\d?(,? )\d{4}(?!\d)/u, ([, , one, other]) => [`MMM${one}D${other}YYYY`]],
  [/^\d{4}([-/ ])(\p{L}{3,12})\.?\1\d\d?(?!\d)/u, ([, sign]) => [`YYYY${sign}MMM${sign}D`]],
  // R6.4.1, 令和元年5月1日
  [/^[MTSHR](?:\d\d?|元)([./-])\d\d?\1\d\d?(?!\d)/, ([, sign]) => [`Gy${sign}M${sign}D`]],
  [/^(?:明治|大正|昭和|平成|令和|[明大昭平令MTSHR])(?:\d\d?|元)年\d\d?月\d\d?日/, () => ['Gy年M月D日']],
];

const clock =
  /^(?:(AM|PM|午前|午後)( ?))?(\d\d?)(:|時)(\d\d)(?:(:|分(?=\d))(\d\d)(?:(秒)|\.(\d+))?|分)?(?:( ?)(AM|PM|A\.M\.|P\.M\.))?(?:( ?)(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?$/i;

/** Null: the text is no day and no time, as far as its shape tells. */
export function shapeOfTime(text: string): TimeShape | null {
  for (const [pattern, formats] of days) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const ways = formats(found);
    const rest = text.slice(found[0].length);
    if (rest === '') return { kind: 'date', ways: ways.map(listOrNull), zoned: false };
    const between = /^(?:T|,? {1,2}|　)(?=[\d午AP])/i.exec(rest)?.[0];
    const times = between === undefined ? null : clockFormats(rest.slice(between.length));
    if (between === undefined || times === null) return null;
    // Days without separators, and times behind them, are made by programs: as they please.
    if (ways.includes('YYYYMMDD')) return null;
    const plain = times.plain && /^[T ]$/.test(between);
    return {
      kind: 'timestamp',
      ways: ways.flatMap((day) => {
        const formats = times.formats.map((time) => `${day ?? 'YYYY-MM-DD'}${between}${time}`);
        return day === null && plain ? [null, formats] : [formats];
      }),
      zoned: times.zoned,
    };
  }
  const times = clockFormats(text);
  if (times === null || times.zoned) return null;
  return { kind: 'time', ways: times.plain ? [null, times.formats] : [times.formats], zoned: false };
}

/** Formats of a clock, the one that fits first, and those of the same that are more or less precise. */
function clockFormats(text: string): { formats: string[]; zoned: boolean; plain: boolean } | null {
  const found = clock.exec(text);
  if (found === null) return null;
  const [, before, gap = '', hour, sign, , second, , kanji, , space = '', behind, zoneSpace = '', zone] =
    found;
  const half = before !== undefined || behind !== undefined;
  const start = `${before === undefined ? '' : `A${gap}`}${half ? 'h' : 'H'}`;
  const end = `${behind === undefined ? '' : `${space}A`}${zone === undefined ? '' : `${zoneSpace}Z`}`;
  const precisions =
    sign === '時' ? [`時m分${second === undefined ? '' : 's'}${kanji ?? ''}`] : [':mm:ss', ':mm', ':mm:ss.S'];
  const plain =
    !half &&
    sign === ':' &&
    hour!.length === 2 &&
    zoneSpace === '' &&
    (zone === undefined || /^[Z+-]/.test(zone));
  return {
    formats: precisions.map((precision) => `${start}${precision}${end}`),
    zoned: zone !== undefined,
    plain,
  };
}

function listOrNull(format: string | null): readonly string[] | null {
  return format === null ? null : [format];
}

/** Letters between the parts stand in brackets. */
function literal(sign: string): string {
  return sign.replace(/[a-z]+/g, '[$&]');
}
