import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { readCause } from '../contract/failure-cause.ts';
import { type Notice, noticeSchema, type Progress, type Report, reportSchema } from '../contract/report.ts';
import { storageKeys } from '../contract/storage-keys.ts';
import { enteredState, followExecution } from '../operator/follow-execution.ts';
import type { LocalStackDescription } from '../operator/local-stack.ts';
import { dataOf, readRunData } from '../operator/read-execution.ts';
import { readProgress } from '../operator/results.ts';
import { type StartedAttempt, startedAttempt } from '../operator/started-attempt.ts';
import { findStartedExecution, uploadFile } from '../operator/upload-file.ts';
import type { UploadTarget } from './choose-key.ts';
import { shownUrl } from './shown-url.ts';

/** What `npm run import -- --json` prints. */
export interface ImportResult {
  execution: { arn: string; status: string; error: string | null; cause: string | null };
  report: Report | null;
  /** What the importer told people; all that there may be of a container of one's own. */
  notice: Notice | null;
  /** Without its password. */
  databaseUrl: string;
}

/** Told while an import goes on. */
export interface ImportWatcher {
  uploaded(key: string): void;
  state(name: string): void;
  progress(progress: Progress): void;
}

/** How often the execution and its progress are asked for: as often as a person can see. */
const POLL_MS = 200;
/** The event is taken before the upload's answer comes, so this is patience for a stack that has much to do. */
const FIND_MS = 20_000;

/** Uploads a file, as any client would, and follows what comes of it to the end. `dryRun`: nothing commits. */
export async function importFile(
  stack: LocalStackDescription,
  { s3, sfn }: { s3: S3Client; sfn: SFNClient },
  file: string,
  watcher: ImportWatcher,
  { key, metadata, dryRun }: UploadTarget & { dryRun: boolean },
): Promise<ImportResult> {
  const since = new Date();
  const uploaded = await uploadFile(s3, { bucket: stack.uploadBucket, key }, createReadStream(file), {
    dryRun,
    metadata,
  });
  watcher.uploaded(key);
  const arn = await findStartedExecution({ sfn, ...stack }, uploaded, since, {
    ms: FIND_MS,
    pollMs: POLL_MS,
  });
  if (arn === null) {
    throw new Error(
      `The upload of ${key} started no execution within ${FIND_MS / 1000} s: no rule of the template matches it.`,
    );
  }

  const importing: Importing = { runId: null, attempt: null };
  const over = new AbortController();
  // Only to be looked at: that it cannot be read must not end anything.
  const watching = watchProgress(s3, stack.resultsBucket, importing, watcher, over.signal).catch(() => {});
  const execution = await follow(sfn, arn, watcher, importing).finally(() => over.abort());
  await watching;
  return {
    execution: {
      arn,
      status: execution.status!,
      error: execution.error ?? null,
      cause: execution.cause === undefined ? null : readCause(execution.cause).text,
    },
    ...(await findReport(s3, stack, importing.runId, arn)),
    databaseUrl: shownUrl(stack.databaseUrl),
  };
}

/** What the execution tells of its run. */
interface Importing {
  /** Null until ValidateUpload has found it: it is made from the event, too, which the uploader does not see. */
  runId: string | null;
  /** The importer's last start; null before it. */
  attempt: StartedAttempt | null;
}

async function follow(sfn: SFNClient, arn: string, watcher: ImportWatcher, importing: Importing) {
  const events = followExecution(sfn, arn, { pollMs: POLL_MS });
  let step = await events.next();
  for (; !step.done; step = await events.next()) {
    const state = enteredState(step.value);
    if (state !== undefined) watcher.state(state);
    importing.runId = readRunData(dataOf(step.value))?.runId ?? importing.runId;
    importing.attempt = startedAttempt(step.value) ?? importing.attempt;
  }
  return step.value;
}

async function watchProgress(
  s3: S3Client,
  bucket: string,
  importing: Importing,
  watcher: ImportWatcher,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const progress = importing.attempt === null ? null : await readProgress(s3, bucket, importing.attempt);
    if (progress !== null) watcher.progress(progress);
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/** The report of this execution's last attempt, if any attempt came so far as to write one. */
async function findReport(
  s3: S3Client,
  stack: LocalStackDescription,
  runId: string | null,
  arn: string,
): Promise<Pick<ImportResult, 'report' | 'notice'>> {
  if (runId === null) return { report: null, notice: null };
  const Prefix = storageKeys.report(runId, `${arn.split(':').at(-1)}.`).replace(/\.json$/, '');
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: stack.resultsBucket, Prefix }));
  const newest = Contents.toSorted((a, b) => b.LastModified!.getTime() - a.LastModified!.getTime())[0];
  if (newest === undefined) return { report: null, notice: null };
  const report = await readJson(s3, stack.resultsBucket, newest.Key!);
  return {
    // A container of one's own need not fill in all of it.
    report: reportSchema.safeParse(report).data ?? null,
    notice: z.object({ notice: noticeSchema }).safeParse(report).data?.notice ?? null,
  };
}

async function readJson(s3: S3Client, bucket: string, key: string): Promise<unknown> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return JSON.parse(await Body!.transformToString());
  } catch (error) {
    if ((error as { name?: string }).name === 'NoSuchKey') return null;
    throw error;
  }
}
