const files = 'errors.csv と rows.csv には';

/**
 * Failure messages whose numbers and names tell more than the failure's meaning does; each pattern matches a whole
 * message or a sentence at its end.
 */
const messages: [RegExp, (...values: string[]) => string][] = [
  [
    /^(\d+) of (the first )?(\d+) rows are rejected, and the import allows (?:none|at most (\d+) rows|at most ([\d.]+) % of the rows)\.$/,
    (rejected, first, read, rows, percent) =>
      `${first === undefined ? '' : '最初の '}${read} 行のうち ${rejected} 行が却下されました。この取り込み定義が許容する却下は ${rows === undefined ? (percent === undefined ? '0 行' : `全体の ${percent} %`) : `${rows} 行`}までです。`,
  ],
  [
    /^errors\.csv and rows\.csv have the first ([\d,]+) of ([\d,]+) rejected rows\.$/,
    (written, rejected) => `${files}、却下された ${rejected} 行のうち最初の ${written} 行が入っています。`,
  ],
  [
    /^The importer stopped reading at line (\d+), before the end of the file: errors\.csv and rows\.csv have the first ([\d,]+) rejected rows, and the rest of the file is unchecked\.$/,
    (line, written) =>
      `ファイルの途中の ${line} 行目で読み取りを中止したため、残りは検査されていません。${files}、最初に却下された ${written} 行が入っています。`,
  ],
  [
    /^(s3:\/\/.+) is under no import's prefix\. Known prefixes: (.+)\.$/s,
    (upload, known) =>
      `${upload} は、どの取り込み定義のプレフィックスにも一致しません。定義済みのプレフィックス: ${known}`,
  ],
  [
    /^(s3:\/\/.+) does not end with (.+), as import "(.+)" demands\.$/s,
    (upload, extensions, name) =>
      `${upload} の拡張子は、取り込み定義「${name}」で許可されている ${extensions.replaceAll(' or ', '、')} ではありません。`,
  ],
  [/^(s3:\/\/.+) (?:is empty \(0 bytes\)|has no content)\.$/s, (upload) => `${upload} は空です (0 バイト)。`],
  [
    /^The file has no header and no rows: it is empty, or has blank lines only\.$/,
    () => 'ファイルにヘッダーも行もありません。空であるか、空白行しかありません。',
  ],
  [
    /^(s3:\/\/.+) has (\d+) bytes; import "(.+)" takes at most (\d+)\.$/s,
    (upload, bytes, name, most) =>
      `${upload} は ${bytes} バイトあり、取り込み定義「${name}」の上限 ${most} バイトを超えています。`,
  ],
  [
    /^The file unpacks to more than (\d+) bytes, the import’s maxBytes\.$/,
    (most) => `ファイルを展開すると、取り込み定義の maxBytes (${most} バイト) を超えます。`,
  ],
  [
    /^Stopped by ops stop by (.+?) at (\S+)\.(?: (.+))?$/s,
    (user, host, reason = '') => `${user} (${host}) が ops stop で停止しました。${reason}`,
  ],
  [
    /^Stopped from the console page by (.+) at (.+)\.$/,
    (user, host) => `${user} (${host}) がコンソールページから停止しました。`,
  ],
];

/** The message in Japanese, where its pattern is known; else null. */
export function failureMessageInJapanese(text: string): string | null {
  // The page shows the rejected rows themselves.
  const message = text.replace(/ First rejects: .+$/s, '');
  const whole = match(message);
  if (whole !== null) return whole;
  // What the files lack stands behind the rest, as a sentence of its own.
  const parts = /^(.+?\.) (errors\.csv .+|The importer stopped reading .+)$/s.exec(message);
  const [first, last] = [match(parts?.[1] ?? ''), match(parts?.[2] ?? '')];
  return first === null || last === null ? null : first + last;
}

function match(message: string): string | null {
  for (const [pattern, write] of messages) {
    const found = pattern.exec(message);
    if (found !== null) return write(...found.slice(1));
  }
  return null;
}
