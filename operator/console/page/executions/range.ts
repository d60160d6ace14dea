import type { ExecutionsFilter } from '../route.ts';

/** Values of Cloudscape's DateRangePicker. */
interface Relative {
  type: 'relative';
  amount: number;
  unit: string;
  key?: string | undefined;
}
interface Absolute {
  type: 'absolute';
  startDate: string;
  endDate: string;
}

/** A time as the address has it. */
export type Range = Pick<ExecutionsFilter, 'since' | 'until'>;

const units = { m: 'minute', h: 'hour', d: 'day', w: 'week' } as const;
/** What the address has no letter for, in days. */
const days: Record<string, number> = { month: 30, year: 365 };

/** What the picker shows of the address's range. */
export function toValue({ since, until }: Range) {
  if (since === null && until === null) return null;
  const relative = until === null ? toRelative(since ?? '') : null;
  return (
    relative ?? {
      type: 'absolute' as const,
      startDate: since ?? new Date(0).toISOString(),
      endDate: until ?? new Date().toISOString(),
    }
  );
}

/** A range for the address. */
export function toRange(value: Relative | Absolute | null): Range {
  if (value === null) return { since: null, until: null };
  if (value.type === 'absolute') {
    const [since, until] = [value.startDate, value.endDate].map((time) => new Date(time).toISOString());
    return { since: since!, until: until! };
  }
  const [letter] = Object.entries(units).find(([, unit]) => unit === value.unit) ?? [];
  if (letter !== undefined) return { since: `${value.amount}${letter}`, until: null };
  return { since: `${value.amount * (days[value.unit] ?? 1)}d`, until: null };
}

/** Such as `12h`; null for anything else. */
export function toRelative(text: string) {
  const [, amount, letter] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  if (letter === undefined) return null;
  return {
    key: text,
    type: 'relative' as const,
    amount: Number(amount),
    unit: units[letter as keyof typeof units],
  };
}
