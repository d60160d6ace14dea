import type { Random } from '../../samples/random.ts';

/** `0.00` up to the given number of cents. */
export function amount(random: Random, cents: number): string {
  const value = random.between(0, cents);
  return `${Math.floor(value / 100)}.${pad(value % 100)}`;
}

export function day(random: Random, firstYear: number, lastYear: number): string {
  return `${random.between(firstYear, lastYear)}-${pad(random.between(1, 12))}-${pad(random.between(1, 28))}`;
}

export function clock(random: Random): string {
  return `${pad(random.between(0, 23))}:${pad(random.between(0, 59))}:${pad(random.between(0, 59))}`;
}

export function uuidOf(random: Random): string {
  const hex = Array.from({ length: 4 }, () =>
    random.between(0, 0xffffffff).toString(16).padStart(8, '0'),
  ).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const words = ['red', 'blue', 'green', 'small', 'large', 'round', 'square', 'heavy', 'light', 'old', 'new'];

/** Some words, as short text. */
export function phrase(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(words)).join(' ');
}

function pad(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
