import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { readCause } from '../contract/failure-cause.ts';
import { failureKind, failureNameSchema } from '../contract/failures.ts';
import { parseJson } from '../contract/parse-json.ts';
import { type Counts, type Report, reportSchema } from '../contract/report.ts';
import { uploadEventSchema, uploadSchema } from '../contract/upload.ts';
import {
  explainedFailureSchema,
  type failureLinksSchema,
  UPLOAD_IGNORED,
} from '../contract/workflow-data.ts';
import type { Connection } from './connection.ts';
import { type StartedAttempt, startedAttempt } from './started-attempt.ts';

/** Events from the end of a history that are looked at for the workflow's data: more than one state leaves. */
const LAST_EVENTS = 100;

/** The workflow's data, as far as operators are told of it; ValidateUpload makes it, later states add to it. */
const runDataSchema = z.preprocess(
  flatten,
  z.object({
    import: z.string().nullable(),
    runId: z.string().nullable(),
    upload: uploadSchema.nullable(),
    dryRun: z.boolean().default(false),
    attempt: z.number().int().default(1),
    failure: explainedFailureSchema.optional().catch(undefined),
    /** A container of one's own need not fill in all of a report. */
    result: z.object({ report: z.unknown() }).optional().catch(undefined),
  }),
);
export type RunData = z.infer<typeof runDataSchema>;

/** Why an execution failed or was stopped. */
export interface ExecutionFailure {
  /** One of docs/failures.md, or Step Functions' own (`States.Timeout`, `ABORTED`). */
  name: string;
  /** What has the problem; null after a deliberate stop. */
  blame: 'file' | 'system' | null;
  message: string;
  advice: string;
  links: z.infer<typeof failureLinksSchema>;
}

/** An execution as a list of Step Functions has it. */
export type ListedExecution = Pick<
  ExecutionListItem,
  'executionArn' | 'name' | 'status' | 'startDate' | 'stopDate' | 'redriveCount'
>;

/** One execution, with what is known of its run; times in ISO 8601. */
export interface Execution {
  arn: string;
  name: string;
  status: string;
  startedAt: string;
  /** Null while it runs. */
  endedAt: string | null;
  /** From its start to its end, waits and redrives included; so far, while it runs. */
  seconds: number;
  redrives: number;
  /** Null: it can be redriven; else why Step Functions would refuse. */
  notRedrivable: string | null;
  /** Null where the input is no S3 event. */
  upload: { bucket: string; key: string } | null;
  /** Values of the upload's key and metadata, such as its tenant; none where the ledger does not tell. */
  values?: Record<string, string>;
  /** Null where ValidateUpload found none (yet). */
  import: string | null;
  runId: string | null;
  /** The `ATTEMPT` of the importer's last start; null where it was not started, or the execution succeeded. */
  attempt: string | null;
  dryRun: boolean;
  /** Null unless it succeeded; `done` where the importer left no report, `ignored` where it was no upload. */
  outcome: Report['outcome'] | 'done' | 'ignored' | null;
  counts: Counts | null;
  /** Null unless it ended badly. */
  failure: ExecutionFailure | null;
  /** Of the attempt that ended well; that of a failed one is in the results bucket. */
  report: Report | null;
}

/** An execution as far as a list of Step Functions tells. */
export function bareExecution(listed: ListedExecution): Execution {
  const { executionArn, name, status, startDate, stopDate, redriveCount } = listed;
  const running = status === 'RUNNING';
  const ended = running ? new Date() : (stopDate ?? new Date());
  return {
    arn: executionArn!,
    name: name!,
    status: status!,
    startedAt: startDate!.toISOString(),
    endedAt: running ? null : (stopDate?.toISOString() ?? null),
    seconds: (ended.getTime() - startDate!.getTime()) / 1000,
    redrives: redriveCount ?? 0,
    notRedrivable: running || status === 'SUCCEEDED' ? `it is ${status}` : null,
    upload: null,
    import: null,
    runId: null,
    attempt: null,
    dryRun: false,
    outcome: null,
    counts: null,
    // Why one failed, the list does not tell.
    failure: status === 'ABORTED' || status === 'TIMED_OUT' ? describeFailure({ status }, null) : null,
    report: null,
  };
}

/** The output of an execution that ended at UploadIgnored. */
const ignoredSchema = z.object({ error: z.object({ Error: z.literal(UPLOAD_IGNORED) }) });

/** Asks Step Functions for all about one execution: one request, and one more where it did not succeed. */
export async function readExecution({ sfn }: Connection, executionArn: string): Promise<Execution> {
  const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  const succeeded = described.status === 'SUCCEEDED';
  return composeExecution(described, succeeded ? [] : await lastEvents(sfn, executionArn));
}

/**
 * All about one execution.
 *
 * @param events of its history, newest first; may be empty where it succeeded
 */
export function composeExecution(
  described: DescribeExecutionCommandOutput,
  events: readonly HistoryEvent[],
): Execution {
  const executionArn = described.executionArn!;
  const { name, startDate, stopDate, redriveCount, redriveStatus, redriveStatusReason } = described;
  const status = described.status!;
  const event = uploadEventSchema.safeParse(parseJson(described.input)).data;
  const upload = event && { bucket: event.detail.bucket.name, key: event.detail.object.key };
  const data = status === 'SUCCEEDED' ? readRunData(described.output) : lastRunData(events);
  const report = status === 'SUCCEEDED' ? (reportSchema.safeParse(data?.result?.report).data ?? null) : null;
  // Of a redriven execution that runs, the last end is not an end.
  const ended = status === 'RUNNING' ? new Date() : (stopDate ?? new Date());
  return {
    arn: executionArn,
    name: name!,
    status,
    startedAt: startDate!.toISOString(),
    endedAt: status === 'RUNNING' ? null : (stopDate?.toISOString() ?? null),
    seconds: (ended.getTime() - startDate!.getTime()) / 1000,
    redrives: redriveCount ?? 0,
    notRedrivable: redriveStatus === 'REDRIVABLE' ? null : (redriveStatusReason ?? `it is ${status}`),
    upload: upload ?? null,
    import: data?.import ?? null,
    runId: data?.runId ?? null,
    attempt: lastStarted(events)?.attempt ?? null,
    dryRun: data?.dryRun ?? false,
    outcome: status === 'SUCCEEDED' ? (report?.outcome ?? outcomeWithoutReport(described.output)) : null,
    counts: report?.counts ?? null,
    failure: status === 'SUCCEEDED' || status === 'RUNNING' ? null : describeFailure(described, data),
    report,
  };
}

/** Of an execution that ended well. */
function outcomeWithoutReport(output: string | undefined): 'done' | 'ignored' {
  return ignoredSchema.safeParse(parseJson(output)).success ? 'ignored' : 'done';
}

/** The workflow's data in a state's input or output; null where that is something else. */
export function readRunData(json: string | undefined): RunData | null {
  return runDataSchema.safeParse(parseJson(json)).data ?? null;
}

/** `$.run` beside what changes; executions of earlier releases have all side by side. */
function flatten(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('run' in data)) return data;
  return { ...data, ...(data.run as object) };
}

/** What went into a state, or came out of it, as the history tells it. */
export function dataOf(event: HistoryEvent): string | undefined {
  return event.stateEnteredEventDetails?.input ?? event.stateExitedEventDetails?.output;
}

async function lastEvents(sfn: Connection['sfn'], executionArn: string): Promise<HistoryEvent[]> {
  const request = { executionArn, reverseOrder: true, maxResults: LAST_EVENTS };
  return (await sfn.send(new GetExecutionHistoryCommand(request))).events ?? [];
}

function lastRunData(events: readonly HistoryEvent[]): RunData | null {
  for (const event of events) {
    const data = readRunData(dataOf(event));
    if (data !== null) return data;
  }
  return null;
}

function lastStarted(events: readonly HistoryEvent[]): StartedAttempt | null {
  for (const event of events) {
    const started = startedAttempt(event);
    if (started !== null) return started;
  }
  return null;
}

const noLinks: ExecutionFailure['links'] = {
  execution: null,
  log: null,
  report: null,
  rejectedRows: null,
  rejectErrors: null,
};

function describeFailure(
  {
    error,
    cause,
    status,
  }: { error?: string | undefined; cause?: string | undefined; status?: string | undefined },
  data: RunData | null,
): ExecutionFailure {
  if (status === 'ABORTED') {
    const advice =
      'Somebody stopped it. A redrive continues with the state it stopped in; no row is lost or loaded twice.';
    return { name: error ?? status, blame: null, message: readCause(cause).text, advice, links: noLinks };
  }
  const explained = data?.failure;
  if (explained !== undefined && explained.name === error) {
    const { name, blame, message, advice, links } = explained;
    return { name, blame: blame === 'none' ? null : blame, message, advice, links };
  }
  // What the workflow could not explain itself: it ran past its time, or broke.
  const known = failureNameSchema.safeParse(error).data;
  const kind = known && failureKind(known);
  return {
    name: error ?? status!,
    blame: kind?.blame ?? 'system',
    message: readCause(cause).text,
    advice: kind?.advice ?? 'See docs/runbook.md. A redrive continues with the state that failed.',
    links: noLinks,
  };
}
