/**
 * How long the ARNs of uploads may get in a role's policy. IAM takes 10,240 characters for all inline policies of a
 * role; what else is in the importer's needs about 2,000, and the rest is for what is yet to come.
 */
const ARNS_LENGTH = 6_000;

/** What an ARN has before the pattern, at most: partition, service, a bucket's name of 63 letters; and quotes and comma. */
const BEFORE_PATTERN = 'arn:aws-us-gov:s3:::'.length + 63 + '/'.length + '"",'.length;

/**
 * The objects under the prefixes of all imports as IAM names them, to be put behind a bucket's ARN. Where there are too
 * many for a policy (some fifty), the folders above them stand for them.
 */
export function uploadPatterns(prefixes: readonly string[]): string[] {
  if (prefixes.length === 0) return [];
  const depths = prefixes.map((prefix) => prefix.split('/').length - 1);
  for (let folders = Math.max(...depths); folders > 0; folders--) {
    const patterns = [...new Set(prefixes.map((prefix) => toPattern(firstFolders(prefix, folders))))];
    const length = patterns.reduce((sum, pattern) => sum + BEFORE_PATTERN + pattern.length, 0);
    if (length <= ARNS_LENGTH) return patterns;
  }
  return ['*'];
}

function firstFolders(prefix: string, count: number): string {
  const folders = prefix.split('/').slice(0, -1);
  return folders
    .slice(0, count)
    .map((folder) => `${folder}/`)
    .join('');
}

/**
 * IAM's own signs are written as its variables. Its policies hold no letters beyond Latin-1, and are refused with one
 * in it: `*` stands for those.
 */
function toPattern(prefix: string): string {
  const escaped = prefix.replace(/[*?$]/g, (sign) => `\${${sign}}`);
  return `${escaped.replace(/[^\u0020-\u007e\u00a0-\u00ff]+/g, '*')}*`;
}
