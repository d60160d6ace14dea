/** How a file's text may be encoded. */
export const encodings = ['utf-8', 'shift_jis', 'euc-jp', 'windows-1252', 'utf-16le', 'utf-16be'] as const;
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
