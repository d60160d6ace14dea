import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Report } from '../../contract/report.ts';
import { storageKeys } from '../../contract/storage-keys.ts';
import { deriveRunId, type Upload } from '../../contract/upload.ts';
import { importerCommand } from '../../infra/bundles.ts';
import { localAwsConfig } from '../../operator/local-stack.ts';
import type { Measured } from '../measured.ts';
import type { Storage } from '../storage/storage.ts';

export interface MeasuredImporter {
  /**
   * Runs the importer as a process of its own, for one upload.
   *
   * @throws Error when it does not import: with its failure, or the place of its log
   */
  run(
    importName: string,
    upload: Upload,
    endpoint?: string,
  ): Promise<Measured & { counts: Report['counts'] }>;
}

/** @param folder where {@link bundleMeasuredImporter} put it */
export function measuredImporter(
  folder: string,
  {
    storage,
    databaseUrl,
    logFile,
    profiles,
    signal,
  }: {
    storage: Storage;
    databaseUrl: string;
    logFile: string;
    /** Where a CPU profile of each importer goes; null: none is made. */
    profiles: string | null;
    signal: AbortSignal;
  },
): MeasuredImporter {
  return {
    async run(importName, upload, endpoint = storage.endpoint) {
      const runId = deriveRunId(importName, upload);
      const attempt = `${randomUUID()}.0.1`;
      const environment = {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        S3_BUCKET: upload.bucket,
        S3_KEY: upload.key,
        S3_VERSION_ID: upload.versionId,
        S3_ETAG: upload.etag,
        S3_SIZE: String(upload.size),
        S3_SEQUENCER: upload.sequencer,
        IMPORT_NAME: importName,
        RUN_ID: runId,
        ATTEMPT: attempt,
        RESULTS_BUCKET: storage.resultsBucket,
        DATABASE_URL: databaseUrl,
        AWS_ENDPOINT_URL_S3: endpoint,
        AWS_REGION: localAwsConfig.region,
        AWS_ACCESS_KEY_ID: localAwsConfig.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: localAwsConfig.credentials.secretAccessKey,
      };
      const log = openSync(logFile, 'a');
      const started = performance.now();
      const profiling =
        profiles === null
          ? []
          : [
              '--cpu-prof',
              `--cpu-prof-dir=${profiles}`,
              `--cpu-prof-name=${attempt}-${importName}.cpuprofile`,
            ];
      const [, ...options] = importerCommand;
      const command = [...profiling, '--import', join(folder, 'measure.mjs'), ...options];
      const child = spawn(process.execPath, command, {
        cwd: folder,
        env: environment,
        stdio: ['ignore', log, log, 'pipe'],
        // All of its database is thrown away afterwards: it need not stop in order.
        signal,
        killSignal: 'SIGKILL',
      });
      const usageText = text(child.stdio[3] as Readable);
      const [code] = await once(child, 'exit').finally(() => closeSync(log));
      const processSeconds = (performance.now() - started) / 1000;
      const report = await storage
        .readResult<Report>(storageKeys.report(runId, attempt))
        .catch((error: unknown) => {
          throw new Error(`the importer ended with ${code} and left no report; its log is ${logFile}`, {
            cause: error,
          });
        });
      if (report.outcome !== 'imported') {
        const { name, message } = report.failure ?? { name: report.outcome, message: '' };
        throw new Error(`the importer ended with ${code}: ${name}: ${message}`);
      }
      const usage = JSON.parse(await usageText) as { cpuSeconds: number; peakBytes: number };
      return { seconds: report.seconds, processSeconds, ...usage, counts: report.counts };
    },
  };
}
