import { PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Settings, Target } from './settings.ts';

/** What the browser says of the file that it wants to upload. */
export interface AnnouncedFile {
  name: string;
  /** In bytes. */
  size: number;
}

/** S3 looks at the clock when a request begins: an upload may last longer. */
const VALID_SECONDS = 300;
const CONTENT_TYPE = 'text/csv';

/**
 * Where a user's file goes: into their own folder, under its own name. A corrected file of the same name is a new
 * version of the same key, so the importer takes them in their order, and the same bytes twice only once. Some systems
 * write one name in more than one way, hence the normal form.
 */
export function keyOf(target: Target, user: string, fileName: string): string {
  return `${target.prefix}${user}/${fileName.normalize('NFC')}`;
}

/** What is wrong with a file before it is uploaded: what the workflow would refuse it for; null: nothing. */
export function findProblem(target: Target, { name, size }: AnnouncedFile): string | null {
  // A key has room for 1,024 bytes, and a folder of another user begins with a slash.
  if (/[/\\\p{Cc}]/u.test(name) || Buffer.byteLength(name) > 255)
    return 'Give the file a shorter, plain name.';
  if (!target.extensions.some((extension) => name.toLowerCase().endsWith(extension))) {
    const endings = new Intl.ListFormat('en', { type: 'disjunction' }).format(target.extensions);
    return `Choose a file whose name ends with ${endings}.`;
  }
  if (size === 0) return 'The file is empty.';
  if (size > target.maxBytes) {
    return `The file has ${size} bytes; at most ${target.maxBytes} can be uploaded: split it.`;
  }
  return null;
}

/**
 * The permission to upload this one file: key, size and type are signed, so the holder can put nothing else anywhere
 * else. The browser must send the headers as they are given here.
 */
export async function presignUpload(
  { s3, uploadBucket, target }: Settings,
  user: string,
  { name, size }: AnnouncedFile,
): Promise<{ url: string; headers: Record<string, string> }> {
  const command = new PutObjectCommand({
    Bucket: uploadBucket,
    Key: keyOf(target, user, name),
    ContentLength: size,
    ContentType: CONTENT_TYPE,
  });
  const url = await getSignedUrl(s3, command, {
    expiresIn: VALID_SECONDS,
    // Without this the type would not be signed. The length is, and browsers send it by themselves.
    signableHeaders: new Set(['host', 'content-length', 'content-type']),
  });
  return { url, headers: { 'Content-Type': CONTENT_TYPE } };
}
