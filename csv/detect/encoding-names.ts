import { type Encoding, encodings } from '../../contract/definition/file-format.ts';

const usualNames: Partial<Record<Encoding, string>> = {
  shift_jis: 'Shift_JIS',
  big5: 'Big5',
  macintosh: 'Mac OS Roman',
  'x-mac-cyrillic': 'Mac OS Cyrillic',
};

/** What people call the encodings. */
export const encodingNames = Object.fromEntries(
  encodings.map((encoding) => [encoding, nameOf(encoding)]),
) as Record<Encoding, string>;

function nameOf(encoding: Encoding): string {
  const usual = usualNames[encoding];
  if (usual !== undefined) return usual;
  if (encoding.startsWith('utf-16')) return 'UTF-16';
  return encoding.startsWith('windows-') ? encoding.replace('w', 'W') : encoding.toUpperCase();
}
