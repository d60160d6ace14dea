import { type FieldTransform, replaceValue } from './value.ts';

/**
 * Turns `a;b;c` into PostgreSQL's `{"a","b","c"}`.
 *
 * @param changeElement applied to each element, which it may make NULL; null: they stay as they are
 */
export function arrayTransform(separator: string, changeElement: FieldTransform | null): FieldTransform {
  const quote = (element: string): string => {
    const bytes = Buffer.from(element);
    const value = { bytes, start: 0, end: bytes.length, isNull: false };
    if (value.end > 0) changeElement?.(value);
    if (value.isNull) return 'NULL';
    const text = value.bytes.toString('utf8', value.start, value.end);
    return `"${text.replace(/["\\]/g, '\\$&')}"`;
  };
  return (value) => {
    const elements = value.bytes.toString('utf8', value.start, value.end).split(separator);
    const array = Buffer.from(`{${elements.map(quote).join()}}`);
    replaceValue(value, array, array.length);
    return null;
  };
}
