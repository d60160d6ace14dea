/** A local time that clocks never showed, or showed twice. */
export type ZoneProblem = 'skipped' | 'repeated';

const DAY = 86_400;
/** No zone changed its offset twice within so many seconds. */
const PROBE = DAY / 4;
/** Offsets are less than a day and a half, so that a local day lies within so many seconds of the same day in UTC. */
const MARGIN = 1.5 * DAY;
/** 1800: before there were zones, clocks went by the sun, and the first offset known holds. */
const FIRST_CHANGE = -5_364_662_400;
/** Days that are kept: a century. */
const KEPT_DAYS = 36_525;

/** Finds a named zone's offsets for local times. All times are in seconds since 1970, local ones as if in UTC. */
export class LocalZone {
  readonly #format: Intl.DateTimeFormat;
  /** The offset of each local day that has only one; null where it changes on that day or near it. */
  readonly #days = new Map<number, number | null>();
  readonly #texts = new Map<number, string>();

  /** @param zone an IANA name, such as `Asia/Tokyo` */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Seconds east of UTC at a local time. */
  offsetAt(local: number): number | ZoneProblem {
    const day = Math.floor(local / DAY);
    let offset = this.#days.get(day);
    if (offset === undefined) {
      const offsets = this.#offsetsAround(day * DAY, (day + 1) * DAY);
      offset = offsets.size === 1 ? [...offsets][0]! : null;
      if (this.#days.size >= KEPT_DAYS) this.#days.clear();
      this.#days.set(day, offset);
    }
    if (offset !== null) return offset;
    const fitting = [...this.#offsetsAround(local, local)].filter(
      (each) => this.offsetAtInstant(local - each) === each,
    );
    return fitting.length === 1 ? fitting[0]! : fitting.length === 0 ? 'skipped' : 'repeated';
  }

  /** `+09:00`; with seconds where the offset has them, as before there were zones. */
  write(offset: number): string {
    let text = this.#texts.get(offset);
    if (text === undefined) {
      const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
      const size = Math.abs(offset);
      text = `${offset < 0 ? '-' : '+'}${two(size / 3600)}:${two((size / 60) % 60)}`;
      if (size % 60 !== 0) text += `:${two(size % 60)}`;
      this.#texts.set(offset, text);
    }
    return text;
  }

  #offsetsAround(from: number, to: number): Set<number> {
    const offsets = new Set<number>();
    for (let at = from - MARGIN; at <= to + MARGIN; at += PROBE) offsets.add(this.offsetAtInstant(at));
    return offsets;
  }

  /** Seconds east of UTC at an instant. */
  offsetAtInstant(instant: number): number {
    const at = Math.max(instant, FIRST_CHANGE);
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(at * 1000)) parts[type] = Number(value);
    const { year, month, day, hour, minute, second } = parts;
    return Date.UTC(year!, month! - 1, day, hour, minute, second) / 1000 - at;
  }
}
