import { withoutInvisible } from '../csv/index.ts';

/** The headers as a definition has them: without what cannot be seen; white space alone is no name. */
export function cleanHeaders(headers: readonly string[]): string[] {
  return headers.map((header) => {
    const visible = withoutInvisible(header);
    return visible.trim() === '' ? '' : visible;
  });
}

/** For headers that are empty, or that others repeat, which column of the file it is, from 1; else null. */
export function positionsOf(headers: readonly string[]): (number | null)[] {
  const counts = new Map<string, number>();
  for (const header of headers) counts.set(plain(header), (counts.get(plain(header)) ?? 0) + 1);
  return headers.map((header, index) => (header === '' || counts.get(plain(header))! > 1 ? index + 1 : null));
}

/** As the importer compares headers. */
function plain(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-\u2010-\u2015]/g, '');
}
