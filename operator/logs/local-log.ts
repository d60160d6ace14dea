import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Execution } from '../read-execution.ts';
import { type LogLine, parseLogLine } from './log-line.ts';

/** A task's log, named by its id. */
const TASK_LOG = /^[0-9a-f]{32}\.log$/;
/** The log of the function for small uploads, which all of its invocations share. */
const FUNCTION_LOG = /-SmallImports-Function\.log$/;
/** Bytes from the beginning of a log, within which its first line says of which execution it is. */
const FIRST_BYTES = 8192;
/** Bytes of a log that are read: an importer writes a few lines. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The lines of all importers that an execution has started, from the folder in which the local stack keeps logs. */
export async function readLocalLog(folder: string, { arn, name, startedAt }: Execution): Promise<LogLine[]> {
  const all = await readdir(folder);
  const logs: LogLine[][] = [];
  for (const file of all.filter((each) => FUNCTION_LOG.test(each))) {
    const lines = wholeLines(await readEnd(join(folder, file), MOST_BYTES));
    logs.push(
      lines.flatMap((line, index) =>
        isOf(line, arn, name) ? (parseLogLine(`${file}:${index}`, line) ?? []) : [],
      ),
    );
  }
  for (const file of all.filter((each) => TASK_LOG.test(each))) {
    const path = join(folder, file);
    if ((await stat(path)).mtimeMs < Date.parse(startedAt)) continue;
    if (!isOf(await readBeginning(path, FIRST_BYTES), arn, name)) continue;
    const lines = wholeLines(await readBeginning(path, MOST_BYTES));
    logs.push(lines.flatMap((line, index) => parseLogLine(`${file}:${index}`, line) ?? []));
  }
  const beginning = (lines: LogLine[]) => lines.find(({ at }) => at !== null)?.at ?? '';
  return logs.sort((a, b) => (beginning(a) < beginning(b) ? -1 : 1)).flat();
}

function isOf(text: string, arn: string, name: string): boolean {
  return text.includes(arn) || text.includes(name);
}

/** A line that is being written has no end yet. */
function wholeLines(text: string): string[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}

async function readEnd(path: string, bytes: number): Promise<string> {
  const { size } = await stat(path);
  return readPart(path, Math.max(0, size - bytes), bytes);
}

function readBeginning(path: string, bytes: number): Promise<string> {
  return readPart(path, 0, bytes);
}

async function readPart(path: string, from: number, bytes: number): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
