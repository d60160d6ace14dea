import {
  exitCodes,
  type FailureName,
  failureKind,
  failureNameSchema,
  type ReportedFailure,
} from '../contract/failures.ts';
import { parseJson } from '../contract/parse-json.ts';
import type { StoppedTask } from '../contract/stopped-task.ts';
import { type Blame, UPLOAD_IGNORED } from '../contract/workflow-data.ts';
import type { FailureReport } from './find-report.ts';

/** What a Catch puts into the workflow's data. */
export interface StateError {
  Error: string;
  Cause: string;
}

/** What was found out about the importer's end; both null where it never came to be. */
export interface ImporterEnd {
  task: StoppedTask | null;
  /** The failure in the attempt's report. */
  reported: FailureReport['failure'];
}

/** A failure with what decides whom it concerns: unlike a report's, it may be a deliberate stop. */
export type DecidedFailure = Omit<ReportedFailure, 'blame'> & { blame: Blame };

/** ECS's stop code after somebody called StopTask. */
const STOPPED_BY_USER = 'UserInitiated';

/** Names of stop codes by which ECS says that somebody or something stopped a healthy task. */
const stoppedFromOutside = new Set(['SpotInterruption', 'TerminationNotice', STOPPED_BY_USER]);

/** Linux's last signal: what is above, such as PHP's 255, is a program's own way to say that it failed. */
const LAST_SIGNAL = 64;

/** 128 + SIGHUP, SIGINT, SIGTERM: asked to end. Any other signal's number means killed. */
const askedToStop = new Set<number>([129, 130, exitCodes.stopped]);

/**
 * Names the failure behind an error of RunImporter: what the importer itself reported, else what its exit code and
 * ECS's reasons say, else what the error's name says.
 */
export function decideImporterFailure(error: StateError, end: ImporterEnd): DecidedFailure {
  const failure = nameImporterFailure(error, end);
  const stopped = failure.name === 'ImporterStopped' && end.task?.stopCode === STOPPED_BY_USER;
  return stopped ? deliberateStop(failure, end) : failure;
}

/** Of the stop, ECS knows who asked for it and why; the importer's report knows only the signal. */
function deliberateStop(failure: ReportedFailure, { task, reported }: ImporterEnd): DecidedFailure {
  const reason = reported === null || task?.reason === '' ? '' : ` ECS says: ${task?.reason}`;
  return {
    ...failure,
    blame: 'none',
    message: `${failure.message}${reason}`,
    advice:
      'Somebody stopped the importer. No row is lost or doubled. Redrive the execution to import the file.',
  };
}

function nameImporterFailure(error: StateError, { task, reported }: ImporterEnd): ReportedFailure {
  if (reported?.name !== undefined) return trusted(reported.name, reported.message, task?.exitCode ?? null);
  if (task !== null) return inOwnWords(decideByTask(task), reported?.message, task.exitCode);
  if (error.Error === 'States.Timeout') {
    return named('RunTimedOut', 'The importer did not end within the time limit of the state RunImporter.');
  }
  const denied = error.Error === 'States.Permissions' || /AccessDenied|not authorized/i.test(words(error));
  if (denied) {
    return named('AccessDenied', `The state machine may not start the importer: ${words(error)}`);
  }
  if (/^(Amazon)?ECS\./i.test(error.Error)) {
    return named('TaskNotStarted', `ECS did not start the importer: ${words(error)}`);
  }
  return named('UnexpectedError', `RunImporter failed with ${words(error)}`);
}

/**
 * Names the failure behind an error of RunSmallImport. The function throws what it has reported, under that name;
 * under any other, Lambda says that it did not begin, or ended it: then a task goes on.
 */
export function decideSmallImportFailure(
  error: StateError,
  reported: FailureReport['failure'],
): ReportedFailure {
  if (reported?.name !== undefined) return trusted(reported.name, reported.message, null);
  const own = failureNameSchema.safeParse(error.Error);
  if (own.success) return named(own.data, messageOf(error) || `The importer failed with ${own.data}.`);
  if (error.Error === 'States.Timeout') {
    return named(
      'RunTimedOut',
      'The importer did not end within the time limit of the state RunSmallImport.',
    );
  }
  const said = words({ Error: error.Error, Cause: messageOf(error) });
  // Lambda.Unknown is what it once called functions that ran out of time or memory.
  return /^Lambda\.(?!Unknown$)/.test(error.Error) || error.Error === 'States.Permissions'
    ? named('TaskNotStarted', `Lambda did not start the function for small uploads: ${said}`)
    : named('ImporterKilled', `The function for small uploads was ended before it could report: ${said}`);
}

/** A function that ran out of time: as Step Functions, Lambda, and the function itself a moment before call it. */
const tooLate = new Set(['States.Timeout', 'Sandbox.Timedout', 'TimeoutError']);

/** Names the failure behind an error of ValidateUpload: its own where it is on the list. */
export function decideValidationFailure(error: StateError): ReportedFailure {
  const message = messageOf(error);
  // Only from an execution of an earlier definition: today's ends well by it.
  if (error.Error === UPLOAD_IGNORED) return named('UnsupportedExtension', message);
  const name = failureNameSchema.safeParse(error.Error);
  if (name.success) return named(name.data, message || `ValidateUpload failed with ${name.data}.`);
  // All it waits for is S3, and it gives up before its own time is up: then something was slower than any S3 is.
  if (tooLate.has(error.Error)) {
    return named('StorageUnavailable', `ValidateUpload did not end within its time limit (${error.Error}).`);
  }
  return named(
    'UnexpectedError',
    `ValidateUpload failed with ${words({ Error: error.Error, Cause: message })}`,
  );
}

/** A failure of the list with its blame, advice and retryability. */
export function named(name: FailureName, message: string): ReportedFailure {
  const { blame, retryable, advice } = failureKind(name);
  return { name, blame, retryable, message, advice };
}

function decideByTask(task: StoppedTask): ReportedFailure {
  const { exitCode, stopCode } = task;
  const reason = task.reason === '' ? '' : ` ECS says: ${task.reason}`;
  const ended = exitCode === null ? 'without an exit code' : `with exit code ${exitCode}`;
  if (/OutOfMemory/i.test(task.reason)) {
    return named('ImporterKilled', `The importer ran out of memory and was killed ${ended}.${reason}`);
  }
  if (stopCode !== null && stoppedFromOutside.has(stopCode)) {
    return named('ImporterStopped', `The importer was stopped from outside (${stopCode}) ${ended}.${reason}`);
  }
  if (exitCode === null) {
    return named('TaskNotStarted', `The importer never ran (${stopCode ?? 'no stop code'}).${reason}`);
  }
  if (askedToStop.has(exitCode)) {
    return named('ImporterStopped', `The importer was told to stop and ended ${ended}.${reason}`);
  }
  if (exitCode > 128 && exitCode <= 128 + LAST_SIGNAL) {
    return named(
      'ImporterKilled',
      `The importer was killed by signal ${exitCode - 128} (exit code ${exitCode}).${reason}`,
    );
  }
  // A container of one's own need not leave a report; the project's importer always does, unless S3 does not take it.
  if (exitCode === exitCodes.file) {
    return named('ImporterRefused', `The importer refused the file (${ended}) and left no report.${reason}`);
  }
  if (exitCode === exitCodes.tryAgain) {
    return named(
      'ImporterPostponed',
      `The importer asks to be started again (${ended}) and left no report.${reason}`,
    );
  }
  return named('UnexpectedError', `The importer ended ${ended} and left no failure in a report.${reason}`);
}

/**
 * A reported failure as the list knows it. An exit code that says "do not try again" outweighs a name that would:
 * a container of one's own may disagree with itself, and an importer that is started for nothing costs hours.
 */
function trusted(name: FailureName, message: string, exitCode: number | null): ReportedFailure {
  const final = exitCode === exitCodes.file || exitCode === exitCodes.ours;
  const failure = named(name, message);
  return { ...failure, retryable: failure.retryable && !final };
}

/**
 * A container of one's own that ended by itself may have said in its report what is wrong; its exit code says what that
 * means. Of one that was killed or stopped, ECS knows better.
 */
function inOwnWords(
  failure: ReportedFailure,
  message: string | undefined,
  exitCode: number | null,
): ReportedFailure {
  return message !== undefined && exitCode !== null && exitCode <= 128 ? { ...failure, message } : failure;
}

/** What a function's error says, without Lambda's JSON around it. */
function messageOf({ Cause }: StateError): string {
  const body = parseJson(Cause) as { errorMessage?: unknown } | null | undefined;
  return typeof body?.errorMessage === 'string' ? body.errorMessage : Cause;
}

function words({ Error: name, Cause }: StateError): string {
  return Cause === '' ? `${name}.` : `${name}: ${Cause}`;
}
