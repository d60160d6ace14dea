import { z } from 'zod';

/** Exit codes of the importer, after sysexits.h: what RunImporter's task ends with. */
export const exitCodes = {
  /** Imported, already imported, superseded, or a dry run that ended well. */
  done: 0,
  /** A problem with the file (EX_DATAERR): trying again with the same bytes is useless. */
  file: 65,
  /** A problem with the importer or its set-up (EX_SOFTWARE): somebody must change something. */
  ours: 70,
  /** Passing trouble (EX_TEMPFAIL): try again. */
  tryAgain: 75,
  /** Stopped by SIGTERM (128 + 15). */
  stopped: 143,
} as const;

interface FailureKind {
  /** What has the problem: the uploaded file, or the system. */
  readonly blame: 'file' | 'system';
  /** Whether the same run may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** What the importer exits with; null where the importer never is the one to fail so. */
  readonly exitCode: number | null;
  /** What to do next, for the person who reads the notification. */
  readonly advice: string;
  /** Whether somebody has to upload a corrected file. Default: if the problem is with the file. */
  readonly needsUpload?: boolean;
  /** Whether the importer may have left a report. Default: yes. */
  readonly leavesReport?: boolean;
  /** Whether what batches have committed counts with this attempt, since no other will end the run. Default: no. */
  readonly endsRun?: boolean;
  /** Whether another attempt may be carrying the run out, whose entry in the ledger stays. Default: no. */
  readonly yieldsToOther?: boolean;
}

/**
 * Every way in which a run can fail. The names are API: the state machine shows them as an execution's error,
 * people filter notifications by them. Nothing fails under a name that is not here.
 */
export const failures = {
  // Problems with the file
  UploadOutsidePrefix: {
    blame: 'file',
    retryable: false,
    exitCode: null,
    advice: 'Upload the file under the prefix of an import, or add an import for this prefix in imports/.',
  },
  UnsupportedExtension: {
    blame: 'file',
    retryable: false,
    exitCode: null,
    advice: 'Save the file as CSV and upload it with one of the extensions named in the message.',
  },
  KeyMismatch: {
    blame: 'file',
    retryable: false,
    exitCode: exitCodes.file,
    advice: 'Upload the file under a key that fits the pattern in the message, or correct the import’s key.',
  },
  UploadValuesInvalid: {
    blame: 'file',
    retryable: false,
    exitCode: exitCodes.file,
    advice:
      'Upload the file again with the key and the metadata that the message names; an application signs them with the URL.',
  },
  EmptyUpload: {
    blame: 'file',
    retryable: false,
    exitCode: exitCodes.file,
    advice: 'The file has no content. Export it again and upload it again.',
  },
  UploadTooLarge: {
    blame: 'file',
    retryable: false,
    exitCode: exitCodes.file,
    advice: 'Split the file, or raise file.maxBytes (or file.maxRatio) in the import’s definition.',
  },
  UploadGone: {
    blame: 'file',
    retryable: false,
    exitCode: exitCodes.file,
    advice: 'The object was deleted before it could be read. Upload the file again.',
  },
  UploadChanged: {
    blame: 'file',
    retryable: false,
    exitCode: exitCodes.file,
    needsUpload: false,
    advice:
      'The object was overwritten before it could be read; the newer upload has a run of its own. Nothing to do.',
  },
  UndecodableFile: {
    blame: 'file',
    retryable: false,
    exitCode: exitCodes.file,
    advice: 'Save the file as UTF-8 and upload it again, or set the import’s file.encoding to the file’s.',
  },
  HeaderInvalid: {
    blame: 'file',
    retryable: false,
    exitCode: exitCodes.file,
    advice:
      'Correct the header of the file as the message says and upload it again, or declare in the import’s file where its header is.',
  },
  RowsRejected: {
    blame: 'file',
    retryable: false,
    exitCode: exitCodes.file,
    advice:
      'Nothing was imported. Read errors.csv, correct the rows in the file (rows.csv holds just those), upload it again.',
  },
  ConstraintViolated: {
    blame: 'file',
    retryable: false,
    exitCode: exitCodes.file,
    advice:
      'The database rejects the rows named in errors.csv by the constraint in the message: correct them and upload the file again. Nothing was imported, unless the import commits in batches: then those before stay in.',
  },
  RowsLeftOut: {
    blame: 'file',
    retryable: false,
    exitCode: exitCodes.file,
    endsRun: true,
    advice:
      'All other rows are in, in batches. Read errors.csv, correct the rows in rows.csv and upload that file, not the whole one again.',
  },
  ImporterRefused: {
    blame: 'file',
    retryable: false,
    exitCode: null,
    advice:
      'Read the importer’s log, which says what it refused and why; correct the file and upload it again.',
  },
  // Problems with the system that may pass
  DatabaseUnavailable: {
    blame: 'system',
    retryable: true,
    exitCode: exitCodes.tryAgain,
    advice:
      'Check that the database is up, reachable from the importer and has room; then redrive the execution.',
  },
  DatabaseConflict: {
    blame: 'system',
    retryable: true,
    exitCode: exitCodes.tryAgain,
    advice:
      'Another transaction was in the way (deadlock, lock or serialization failure). Redrive the execution.',
  },
  RunLocked: {
    blame: 'system',
    retryable: true,
    exitCode: exitCodes.tryAgain,
    yieldsToOther: true,
    advice: 'Another attempt is importing the same key. Wait until it has ended, then redrive the execution.',
  },
  StorageUnavailable: {
    blame: 'system',
    retryable: true,
    exitCode: exitCodes.tryAgain,
    advice: 'S3 could not be reached or broke off. Redrive the execution.',
  },
  UploadTruncated: {
    blame: 'system',
    retryable: true,
    exitCode: exitCodes.tryAgain,
    advice: 'S3 delivered fewer or more bytes than the object has. Redrive the execution.',
  },
  ImporterPostponed: {
    blame: 'system',
    retryable: true,
    exitCode: null,
    advice:
      'The importer asked to be started again later. Read its log, put right what it waits for, then redrive the execution.',
  },
  ImporterStopped: {
    blame: 'system',
    retryable: true,
    exitCode: exitCodes.stopped,
    advice:
      'The importer was told to stop (deployment, Spot, or by hand). No row is lost or doubled. Redrive the execution.',
  },
  ImporterKilled: {
    blame: 'system',
    retryable: true,
    exitCode: null,
    advice:
      'The importer was killed, most often for want of memory. Redrive; if it happens again, give the task more memory.',
  },
  TaskNotStarted: {
    blame: 'system',
    retryable: true,
    exitCode: null,
    leavesReport: false,
    advice:
      'ECS could not start the importer: read the stop reason (image, network, capacity), correct it, redrive.',
  },
  // Problems with the system that somebody must solve
  RunTimedOut: {
    blame: 'system',
    retryable: false,
    exitCode: null,
    advice: 'The importer ran past its time limit. Raise the limit or split the file, then redrive.',
  },
  DatabaseMisconfigured: {
    blame: 'system',
    retryable: false,
    exitCode: exitCodes.ours,
    advice:
      'Correct how the importer connects to the database, or the limit that the database has for it, as the message says; then redrive the execution.',
  },
  LockWaitTimeout: {
    blame: 'system',
    retryable: false,
    exitCode: exitCodes.ours,
    advice:
      'Find out what the session in the message is doing. End it, or wait until it has ended; then redrive the execution. If it may take that long, raise the import’s lockWaitMinutes.',
  },
  AccessDenied: {
    blame: 'system',
    retryable: false,
    exitCode: exitCodes.ours,
    advice: 'Give the importer the permission that the message names, then redrive the execution.',
  },
  StepFailed: {
    blame: 'system',
    retryable: false,
    exitCode: exitCodes.ours,
    advice:
      'Correct what the import’s before or after does, or what it needs, deploy, then redrive the execution. Nothing of the run was committed, but for earlier batches.',
  },
  TargetTableMismatch: {
    blame: 'system',
    retryable: false,
    exitCode: exitCodes.ours,
    advice: 'Bring the target table and the import’s definition together, then redrive the execution.',
  },
  DefinitionInvalid: {
    blame: 'system',
    retryable: false,
    exitCode: exitCodes.ours,
    advice: 'Correct the definition in imports/ as the message says, deploy, then redrive the execution.',
  },
  EventInvalid: {
    blame: 'system',
    retryable: false,
    exitCode: null,
    advice:
      'The input is not an S3 “Object Created” event. Start the execution with one, or correct the rule.',
  },
  CountsDisagree: {
    blame: 'system',
    retryable: false,
    exitCode: exitCodes.ours,
    advice:
      'The importer and PostgreSQL counted differently, so nothing was committed. A trigger of the table that drops rows does this; else it is a bug: report it with the message.',
  },
  UnexpectedError: {
    blame: 'system',
    retryable: false,
    exitCode: exitCodes.ours,
    advice:
      'This is a bug or a broken set-up: read the importer’s log, correct it, then redrive the execution.',
  },
} as const satisfies Record<string, FailureKind>;

export type FailureName = keyof typeof failures;
export const failureNames = Object.keys(failures) as [FailureName, ...FailureName[]];
export const failureNameSchema = z.enum(failureNames);

/** The kind behind a name, with the literal types widened and everything defaulted. */
export function failureKind(name: FailureName): Required<FailureKind> {
  const kind: FailureKind = failures[name];
  return {
    needsUpload: kind.blame === 'file',
    leavesReport: true,
    endsRun: false,
    yieldsToOther: false,
    ...kind,
  };
}

/**
 * The one error that this project throws on purpose. `name` is what the state machine shows and matches; the
 * message says what was found, where, and what was expected. It never holds more of a cell than errors.csv may.
 */
export class ImportFailure extends Error {
  override readonly name: FailureName;

  constructor(name: FailureName, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = name;
  }

  get blame(): 'file' | 'system' {
    return failures[this.name].blame;
  }
  get retryable(): boolean {
    return failures[this.name].retryable;
  }
  get advice(): string {
    return failures[this.name].advice;
  }
  get exitCode(): number {
    return failureKind(this.name).exitCode ?? exitCodes.ours;
  }
}

/** Any error as a failure: one of ours as it is, everything else as `UnexpectedError` with its cause kept. */
export function asFailure(error: unknown): ImportFailure {
  if (error instanceof ImportFailure) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new ImportFailure('UnexpectedError', message, { cause: error });
}

/** A failure as it stands in a report. */
export const reportedFailureSchema = z.object({
  name: failureNameSchema,
  blame: z.enum(['file', 'system']),
  retryable: z.boolean(),
  message: z.string(),
  advice: z.string(),
});
export type ReportedFailure = z.infer<typeof reportedFailureSchema>;

/** The JSON form of a failure. */
export function reportFailure(failure: ImportFailure): ReportedFailure {
  return {
    name: failure.name,
    blame: failure.blame,
    retryable: failure.retryable,
    message: failure.message,
    advice: failure.advice,
  };
}
