/** Numbers, times and durations as the reader's language writes them. */
export interface Format {
  number(value: number): string;
  /** @param share 0 to 1 */
  percent(share: number): string;
  /** Of an ISO 8601 time, by the reader's clock, to the second. */
  time(time: string): string;
  /** The same with milliseconds, without the date. */
  preciseTime(time: string): string;
  /** `3 minutes ago`, `now`; of a month ago and longer, the number of days. */
  ago(seconds: number): string;
  /** The hour that a moment lies in, for an axis. */
  hour(time: Date): string;
  /** `0.4 s`, `42 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`: two units at most. */
  duration(seconds: number): string;
  bytes(bytes: number): string;
}

/** Below this, tenths of a second matter. */
const TENTHS_BELOW = 9.95;

/** @param timeZone default: the reader's own */
export function createFormat(language: string, timeZone?: string): Format {
  const whole = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const zone = timeZone === undefined ? {} : { timeZone };
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', ...zone });
  const precise = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    ...zone,
  });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const hour = new Intl.DateTimeFormat(language, {
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    ...zone,
  });
  const unit = (name: string, fractionDigits = 0) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      minimumFractionDigits: fractionDigits,
      maximumFractionDigits: fractionDigits,
    });
  const tenths = unit('second', 1);
  const durations = [
    { seconds: 86_400, in: unit('day') },
    { seconds: 3600, in: unit('hour') },
    { seconds: 60, in: unit('minute') },
    { seconds: 1, in: unit('second') },
  ];
  const sizes = [
    { bytes: 1e9, in: unit('gigabyte', 1) },
    { bytes: 1e6, in: unit('megabyte', 1) },
    { bytes: 1e3, in: unit('kilobyte', 1) },
  ];
  const plainBytes = unit('byte');
  return {
    number: (value) => whole.format(value),
    percent: (share) => percent.format(share),
    time: (text) => time.format(new Date(text)),
    preciseTime: (text) => precise.format(new Date(text)),
    ago(seconds) {
      // The clocks of this browser and of Step Functions need not be the same.
      const past = Math.max(0, Math.round(seconds));
      if (past < 60) return relative.format(-past, 'second');
      if (past < 3600) return relative.format(-Math.floor(past / 60), 'minute');
      if (past < 86_400) return relative.format(-Math.floor(past / 3600), 'hour');
      return relative.format(-Math.floor(past / 86_400), 'day');
    },
    hour: (moment) => hour.format(moment),
    duration(seconds) {
      if (seconds < TENTHS_BELOW) return tenths.format(Math.max(0, seconds));
      let rest = Math.round(seconds);
      const parts = durations.map((each) => {
        const count = Math.floor(rest / each.seconds);
        rest -= count * each.seconds;
        return { count, text: each.in.format(count) };
      });
      const first = parts.findIndex(({ count }) => count > 0);
      return parts
        .slice(first, first + 2)
        .filter(({ count }) => count > 0)
        .map(({ text }) => text)
        .join(' ');
    },
    bytes(bytes) {
      const size = sizes.find((each) => bytes >= each.bytes);
      return size === undefined ? plainBytes.format(bytes) : size.in.format(bytes / size.bytes);
    },
  };
}
