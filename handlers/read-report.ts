import { z } from 'zod';
import { noticeSchema } from '../contract/report.ts';
import { storageKeys } from '../contract/storage-keys.ts';
import { visibleLines } from '../contract/visible-text.ts';
import { fetchReport } from './fetch-report.ts';
import { lambda, logger } from './middleware.ts';
import { createS3Client } from './s3-client.ts';

// Once per execution environment, so that connections are kept between invocations.
const s3 = createS3Client();

const inputSchema = z.object({
  runId: z.string().min(1),
  /** The ATTEMPT that the importer was started as. */
  attempt: z.string().min(1),
});

const environmentSchema = z.object({
  RESULTS_BUCKET: z.string().min(1),
});

/** Of an importer of one's own it says less than the project's does. Wait states take so many seconds at most. */
const usableSlotWaitSchema = z.looseObject({ waitSeconds: z.number().int().min(0).max(99_999_999) });

/** People read it in a terminal, too. Its subject is taken as it is, or not at all: SNS knows no other than ASCII. */
const visibleNoticeSchema = noticeSchema.transform(({ subject, text }) => ({
  subject,
  text: visibleLines(text),
}));

/** A report as the states behind ReadReport read it: what they look at is of its type, or missing. */
const usableReportSchema = z.looseObject({
  outcome: z.string().optional().catch(undefined),
  notice: visibleNoticeSchema.nullable().catch(null).default(null),
  slotWait: usableSlotWaitSchema.nullable().catch(null).default(null),
});
type UsableReport = z.infer<typeof usableReportSchema> | Record<string, never>;

/**
 * Fetches the importer's own account of an attempt that ended with exit code 0; an empty object where it left none that
 * can be read. Not by a state's own S3 call: a text that is no JSON, or larger than a state's data may be, would
 * end the execution by errors that no Catch matches.
 *
 * @throws Error `ReportUnavailable` where S3 did not answer. It is not on the list of failures, so that an execution
 *   that ends by it is told of by the rule for those that no state has notified of.
 */
export const handler = lambda(inputSchema, readReport, unavailable);

async function readReport({
  runId,
  attempt,
}: z.infer<typeof inputSchema>): Promise<{ report: UsableReport }> {
  logger.appendKeys({ runId });
  const { RESULTS_BUCKET } = environmentSchema.parse(process.env);
  const key = storageKeys.report(runId, attempt);
  const fetched = await fetchReport(s3, RESULTS_BUCKET, key).catch((error: Error) => {
    throw unavailable(`s3://${RESULTS_BUCKET}/${key} could not be read: ${error.name}: ${error.message}`);
  });
  const report = 'json' in fetched ? usableReportSchema.safeParse(fetched.json).data : undefined;
  if (report !== undefined) return { report };
  const problem = 'problem' in fetched ? fetched.problem : `the report at ${key} is no JSON object`;
  logger.warn(`The attempt ended well, but ${problem}.`);
  return { report: {} };
}

function unavailable(problem: string): Error {
  const error = new Error(problem);
  error.name = 'ReportUnavailable';
  return error;
}
