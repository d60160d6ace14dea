/** Reasons that name a limit, in Japanese; other reasons have the meaning of their code. */
const reasons: [RegExp, (...values: string[]) => string][] = [
  [/^must have at least (\d+) characters$/, (count) => `${count} 文字以上で入力してください`],
  [/^must have at most (\d+) characters$/, (count) => `${count} 文字以内で入力してください`],
  [/^must be at least (.+)$/, (bound) => `${bound} 以上にしてください`],
  [/^must be at most (.+)$/, (bound) => `${bound} 以下にしてください`],
  [/^must be one of (.+)$/, (values) => `次のいずれかにしてください: ${values}`],
  [/^must be an e-mail address\b/, () => 'メールアドレス (name@example.com など) の形式にしてください'],
  [/^must match (\/.+\/[a-z]*)$/s, (pattern) => `決められた形式 (${pattern}) にしてください`],
];

/** A reason in Japanese; null where it has no words of its own. */
export function reasonInJapanese(reason: string): string | null {
  for (const [pattern, write] of reasons) {
    const found = pattern.exec(reason);
    if (found !== null) return write(...found.slice(1));
  }
  return null;
}
