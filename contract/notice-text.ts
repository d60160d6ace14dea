import { objectLink } from './console-links.ts';
import type { Counts, RejectSummary, Report } from './report.ts';

// What the notifications of importer and functions have in common: how they write subjects, rows and addresses.

/** SNS takes fewer than 100 characters. */
const SUBJECT_LENGTH = 99;

/** A subject that SNS takes: ASCII without control characters, what is cut marked. `[import] what: file` */
export function noticeSubject(importName: string, what: string, key: string): string {
  const plain = `[${importName}] ${what}: ${fileName(key)}`.replace(/[^ -~]/gu, '?');
  return plain.length <= SUBJECT_LENGTH ? plain : `${plain.slice(0, SUBJECT_LENGTH - 3)}...`;
}

/** Where a rejected row is and why it was rejected, without its content. */
export function describeReject({ line, column, reason }: RejectSummary): string {
  return `line ${line}${column === null ? '' : `, column "${column}"`}: ${reason}`;
}

/** What errors.csv and rows.csv lack; null where they have every rejected row. */
export function describeLeftUnwritten(
  rejects: Report['rejects'],
  { rejected }: Pick<Counts, 'rejected'>,
): string | null {
  const { written = null, readTo = null } = rejects ?? {};
  if (written === null || written >= rejected) return null;
  const files = `errors.csv and rows.csv have the first ${written.toLocaleString('en-US')}`;
  return readTo === null
    ? `${files} of ${rejected.toLocaleString('en-US')} rejected rows.`
    : `The importer stopped reading at line ${readTo.line}, before the end of the file: ${files} rejected rows, and the rest of the file is unchecked.`;
}

/**
 * Lines for an object in S3: its address, which `aws s3 cp` takes, and its page in the console where there is one.
 *
 * @param arn of anything in the bucket's region
 */
export function addressLines(name: string, address: string, arn: string): string[] {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(address) ?? [];
  const link = bucket === undefined ? null : objectLink(arn, bucket, key!);
  return [`${name}: ${address}`, ...(link === null ? [] : [`  ${link}`])];
}

/** The last part of a key; the key itself where it ends with a slash. */
function fileName(key: string): string {
  return key.split('/').at(-1) || key;
}
