import { z } from 'zod';
import { parseJson } from '../../contract/parse-json.ts';

/** A line of an importer's log. */
export interface LogLine {
  /** Tells lines of one log apart. */
  id: string;
  /** ISO 8601; null where the line does not say. */
  at: string | null;
  /** Such as `INFO`; null for what is not written by this project's logger. */
  level: string | null;
  message: string;
  /** What else the line says, as JSON; empty where it says nothing. */
  details: string;
}

const lineSchema = z.looseObject({ timestamp: z.string(), level: z.string(), message: z.string() });

/** What each line has: the same as the execution's. */
const everywhere = new Set([
  'service',
  'import',
  'runId',
  'attempt',
  'upload',
  'executionArn',
  'sampling_rate',
  'awsRequestId',
  'xray_trace_id',
]);

/** A metric in CloudWatch's embedded format: published through the log, and nothing to read. */
const metricSchema = z.looseObject({ _aws: z.object({}) });

/**
 * Reads a line: JSON of this project's importer, or whatever a container of one's own writes.
 *
 * @returns null for a metric
 */
export function parseLogLine(id: string, text: string, at: string | null = null): LogLine | null {
  if (metricSchema.safeParse(parseJson(text)).success) return null;
  const parsed = lineSchema.safeParse(parseJson(text)).data;
  if (parsed === undefined) return { id, at, level: null, message: text, details: '' };
  const { timestamp, level, message, ...rest } = parsed;
  const details = Object.entries(rest).filter(([name]) => !everywhere.has(name));
  return {
    id,
    at: timestamp,
    level,
    message,
    details: details.length === 0 ? '' : JSON.stringify(Object.fromEntries(details)),
  };
}
