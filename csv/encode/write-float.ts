import { compareDecimals } from '../check/compare-decimals.ts';
import type { BinaryRows } from './binary-rows.ts';

const LARGEST_REAL = (2 - 2 ** -23) * 2 ** 127;

/** Writes a field of type `real` or `double precision`: the number that is nearest to the text, as strtof() and strtod() find it. */
export function writeFloat(out: BinaryRows, bits: 32 | 64, text: string): void {
  out.int32(bits / 8);
  if (bits === 64) out.float64(Number(text));
  else out.float32(nearestReal(text));
}

/**
 * The `real` nearest to a number that fits one. Going by way of a double rounds twice, which may end on the wrong side where the
 * double stands halfway between two of them; then the digits themselves decide.
 */
export function nearestReal(text: string): number {
  const double = Number(text);
  const real = Math.fround(double);
  if (!Number.isFinite(real)) return double > 0 ? LARGEST_REAL : -LARGEST_REAL;
  const other = neighbour(real, double > real);
  if (double === real || (real + other) / 2 !== double) return real;
  const exact = exactText(Math.abs(double));
  const side = compareDecimals(text.replace(/^[+-]/, ''), exact);
  if (side === 0) return real;
  const outer = Math.abs(real) > Math.abs(other) ? real : other;
  return side > 0 ? outer : outer === real ? other : real;
}

/** The next `real` above or below; the largest have none but infinity. */
function neighbour(real: number, above: boolean): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, Math.abs(real));
  const away = above === real >= 0;
  if (real === 0) view.setUint32(0, 1);
  else view.setUint32(0, view.getUint32(0) + (away ? 1 : -1));
  const next = view.getFloat32(0);
  return (real === 0 ? above : real > 0) ? next : -next;
}

/** All digits of a positive double, of which there may be a thousand. */
function exactText(double: number): string {
  let [whole, halvings] = [double, 0];
  while (!Number.isInteger(whole)) {
    whole *= 2;
    halvings++;
  }
  // whole / 2^n is whole × 5^n / 10^n.
  return `${BigInt(whole) * 5n ** BigInt(halvings)}e-${halvings}`;
}
