/** Whether the text is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** How deep the arrays and objects of a JSON text are nested. */
export function depthOf(text: string): number {
  let deepest = 0;
  let level: unknown[] = [JSON.parse(text)];
  for (;;) {
    const nested = level.filter((value) => typeof value === 'object' && value !== null);
    if (nested.length === 0) return deepest;
    deepest++;
    level = nested.flatMap((value) => Object.values(value as object));
  }
}

/** Whether a JSON text has a number that no `numeric` may hold, or something that looks like one. */
export function hasHugeExponent(text: string): boolean {
  return /\d[eE][+-]?\d{4}|\d{10000}/.test(text);
}

/** Whether an object of a valid JSON text has a key twice. */
export function hasRepeatedKey(text: string): boolean {
  const open: Set<string>[] = [];
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (key !== undefined) {
      const keys = open.at(-1)!;
      const name = JSON.parse(key) as string;
      if (keys.has(name)) return true;
      keys.add(name);
    }
  }
  return false;
}

/** Whether two texts of decimal numbers are of the same value, to the last digit. */
export function sameDecimal(left: string, right: string): boolean {
  return canonical(left) === canonical(right);
}

/** Sign, digits without zeros at either end, and the power of ten of the last of them. */
function canonical(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign === '-' ? '-' : ''}${significant}e${power}`;
}
