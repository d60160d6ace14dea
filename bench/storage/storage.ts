import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload as Sending } from '@aws-sdk/lib-storage';
import type { Upload } from '../../contract/upload.ts';
import { localAwsConfig } from '../../operator/local-stack.ts';
import { RESULTS, type S3Endpoints, UPLOADS } from './endpoints.ts';

/** The embedded S3 endpoint, as the importer and the benchmark use it. */
export interface Storage extends S3Endpoints {
  resultsBucket: string;
  /** Puts a file and describes it as its event would. */
  put(key: string, path: string): Promise<Upload>;
  /** Reads one of the importer's JSON files. */
  readResult<T>(key: string): Promise<T>;
  stop(): Promise<void>;
}

/** Starts it on an emptied directory. */
export async function startStorage(directory: string): Promise<Storage> {
  rmSync(directory, { recursive: true, force: true });
  const child = fork(join(import.meta.dirname, 's3-process.ts'), [directory]);
  const endpoints = await Promise.race([
    once(child, 'message').then(([message]) => message as S3Endpoints),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the S3 endpoint did not start, and ended with ${code}`);
    }),
  ]);
  const s3 = new S3Client({ endpoint: endpoints.endpoint, forcePathStyle: true, ...localAwsConfig });
  let sequence = 0;
  return {
    ...endpoints,
    resultsBucket: RESULTS,
    async put(key, path) {
      const sent = await new Sending({
        client: s3,
        params: { Bucket: UPLOADS, Key: key, Body: createReadStream(path) },
      }).done();
      return {
        bucket: UPLOADS,
        key,
        versionId: sent.VersionId!,
        etag: sent.ETag!.replaceAll('"', ''),
        size: statSync(path).size,
        sequencer: (++sequence).toString(16).padStart(16, '0'),
      };
    },
    async readResult<T>(Key: string) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: RESULTS, Key }));
      return JSON.parse(await Body!.transformToString()) as T;
    },
    async stop() {
      s3.destroy();
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
