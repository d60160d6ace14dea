import { z } from 'zod';
import { failureNameSchema } from './failures.ts';
import { parseJson } from './parse-json.ts';
import { blameSchema, failureLinksSchema } from './workflow-data.ts';

// The cause that a failed execution ends with. ImportFailed is a Lambda function, so Step Functions has it as Lambda's
// JSON, `{"errorType": …, "errorMessage": …}`, and the console shows just that, line breaks as \n and quotes as \".
// So what people must know is one line without either; links follow; the last line is JSON for programs.

/** The last line of a cause. */
export const causeDetailsSchema = z.object({
  failure: failureNameSchema,
  blame: blameSchema,
  retryable: z.boolean(),
  /** The import's name; `none` where the upload belongs to none. */
  import: z.string(),
  /** Null where ValidateUpload refused the upload, as `upload` where the event names none. */
  runId: z.string().nullable(),
  /** `s3://bucket/key`, control characters made visible. */
  upload: z.string().nullable(),
  /** Addresses of report and reject files, pages of the AWS console; null where there is no such thing. */
  links: failureLinksSchema,
});
export type CauseDetails = z.infer<typeof causeDetailsSchema>;

/** A cause as people and programs read it. */
export interface FailureCause {
  text: string;
  /** Null in the cause of what the workflow could not explain, such as an execution that somebody stopped. */
  details: CauseDetails | null;
}

/** What the function throws as its message: text for people, then the details in one line. */
export function writeCause(text: string, details: CauseDetails): string {
  // Quotes in the text would come out as \".
  const quoted = text.replace(/"([^"\n]*)"/g, '“$1”');
  return `${quoted}\n${JSON.stringify(details)}`;
}

/** Reads the cause of an execution, with or without Lambda's JSON around it. */
export function readCause(cause: string | undefined): FailureCause {
  const message = unwrap(cause ?? '');
  const lines = message.split('\n');
  const details = causeDetailsSchema.safeParse(parseJson(lines.at(-1)!)).data ?? null;
  return { text: details === null ? message : lines.slice(0, -1).join('\n'), details };
}

/** The message of an error that Lambda has wrapped in JSON. */
function unwrap(cause: string): string {
  const { errorMessage } = (parseJson(cause) ?? {}) as { errorMessage?: unknown };
  return typeof errorMessage === 'string' ? errorMessage : cause;
}
