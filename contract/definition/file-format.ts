/** Encodings of one byte per character. */
export const singleByteEncodings = [
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'windows-874',
  'iso-8859-2',
  'iso-8859-3',
  'iso-8859-4',
  'iso-8859-5',
  'iso-8859-6',
  'iso-8859-7',
  'iso-8859-8',
  'iso-8859-10',
  'iso-8859-13',
  'iso-8859-14',
  'iso-8859-15',
  'iso-8859-16',
  'koi8-r',
  'koi8-u',
  'ibm866',
  'macintosh',
  'x-mac-cyrillic',
] as const;

/** East Asian encodings, in which ASCII stands for itself and other characters have several bytes. */
export const multiByteEncodings = ['shift_jis', 'euc-jp', 'gbk', 'gb18030', 'big5', 'euc-kr'] as const;

/** How a file's text may be encoded, by the names of the WHATWG's Encoding Standard. */
export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'iso-2022-jp',
  ...multiByteEncodings,
  ...singleByteEncodings,
] as const;
export type Encoding = (typeof encodings)[number];

/** What may stand between the values of a row, as it is detected; an import may declare any other. */
export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = string;

/** What may stand around a value that contains delimiters or newlines. */
export const quotes = ['"', "'", 'none'] as const;
export type Quote = (typeof quotes)[number];

/** How a quote inside quotes is written: twice, or behind a backslash, as other signs are then. */
export const escapes = ['double', 'backslash'] as const;
export type Escape = (typeof escapes)[number];

/** How a file may be compressed. */
export const compressions = ['none', 'gzip', 'zip', 'zstd'] as const;
export type Compression = (typeof compressions)[number];
