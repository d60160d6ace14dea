import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { defineImport } from '../../../../contract/definition/define-import.ts';
import { openUpload, type ResumePoint } from '../../../../task/open-upload.ts';
import { startTestS3, VERSIONED } from '../../../local/s3-fixture.ts';

const definition = defineImport({
  name: 'people',
  prefix: 'people/',
  table: pgTable('people', { id: integer('id').notNull(), name: text('name') }),
  mode: 'append',
});
const s3 = await startTestS3();

async function open(content: Buffer, resumeAt?: ResumePoint) {
  const Key = 'people/a.csv';
  const put = await s3.client.send(new PutObjectCommand({ Bucket: VERSIONED, Key, Body: content }));
  const upload = {
    bucket: VERSIONED,
    key: Key,
    versionId: put.VersionId!,
    etag: put.ETag!.replaceAll('"', ''),
    size: content.length,
    sequencer: '',
  };
  const { signal } = new AbortController();
  const opened = await openUpload(s3.client, upload, definition, signal, {
    ...(resumeAt === undefined ? {} : { resumeAt }),
  });
  const chunks: Buffer[] = [];
  for await (const chunk of opened.body) chunks.push(chunk);
  return { opened, body: Buffer.concat(chunks).toString() };
}

describe('openUpload, resumed', () => {
  const header = 'id,name\n';
  // Beyond the sample that the header is looked for in.
  const rows = Array.from({ length: 200_000 }, (_, index) => `${index},Ada ${index}\n`);
  const text = header + rows.join('');

  it.each<[string, Buffer, string]>([
    ['UTF-8', Buffer.from(text), text],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`), `\ufeff${text}`],
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), `\ufeff${text}`],
    ['UTF-8 in gzip', gzipSync(text), text],
  ])('goes on with the row asked for: %s', async (_, content, asText) => {
    for (const done of [0, 1, 1000, 150_000, rows.length]) {
      const rest = rows.slice(done).join('');
      const resumeAt = { offset: Buffer.byteLength(asText) - rest.length, line: done + 2 };
      const { opened, body } = await open(content, resumeAt);
      expect(body === rest).toBe(true);
      expect(opened).toMatchObject({ firstLine: done + 2, firstOffset: resumeAt.offset });
      expect(opened.header.names).toEqual(['id', 'name']);
      expect(opened.bytesRead()).toBe(content.length);
    }
  });

  it('begins behind the header where nothing is asked', async () => {
    const { opened, body } = await open(Buffer.from(text));
    expect(body === rows.join('')).toBe(true);
    expect(opened).toMatchObject({ firstLine: 2, firstOffset: header.length });
    expect(opened.bytesRead()).toBe(text.length);
  });
});
