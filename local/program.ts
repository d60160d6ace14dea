import { inspect } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type FileOptions, fileOptionsSchema } from '../contract/definition/file-options.ts';
import { encodings } from '../contract/definition/import-options.ts';
import { visibleLines } from '../contract/visible-text.ts';
import { ROWS_READ, runNewImportCommand } from '../new-import/command.ts';
import { errorColours as pc } from '../operator/colours.ts';
import { endWrongUsage } from '../operator/command-line.ts';
import { LOCAL_DIRECTORY } from '../operator/local-stack.ts';
import { printError } from '../operator/output.ts';
import { runImportCommand } from './import-command.ts';
import { Interrupted } from './interruption.ts';
import { runLocalCommand } from './local-command.ts';
import { runSqlCommand } from './sql-command.ts';

const program = new Command('csv-import').description(
  'Run the whole system on this machine, without an AWS account or Docker.',
);

program
  .command('import')
  .description('Import a CSV file through the whole stack; starts the stack if none is running.')
  .argument('<file>', 'a CSV file')
  .option(
    '--import <name>',
    'the import to use (default: by the file’s name, or the only one that fits the file)',
  )
  .option('--key <key>', 'the object’s key below the prefix (default: the file’s name)')
  .option('--metadata <name=value...>', 'metadata of the object, for values that come from there')
  .option('--dry-run', 'do everything but commit, and show what would change')
  .option('--json', 'print one JSON object and nothing else')
  .option('--directory <path>', 'where the local stack keeps its data', LOCAL_DIRECTORY)
  .addHelpText(
    'after',
    '\nDATABASE_URL: your own PostgreSQL instead of the embedded one.\nExit codes: 0 imported (or, with --dry-run, would be), 1 the import failed, 64 wrong usage.',
  )
  .action(async (file: string, options) => {
    process.exitCode = await runImportCommand(file, options);
  });

program
  .command('new-import')
  .description(
    'Write imports/<name>.ts for a sample file, and import the sample into an empty stack to prove it.',
  )
  .argument('<file>', 'a CSV file')
  .option('--name <name>', 'the import’s name (default: by the file’s name)')
  .option('--prefix <prefix>', 'the import takes keys that begin with this (default: uploads/<name>/)')
  .option('--table <table>', 'the target table (default: by the import’s name)')
  .option(
    '--key <columns>',
    'headers or columns that identify a row, separated by commas; "none" for none',
    split,
  )
  .option('--rows <n>', 'read at most this many rows', readCount, ROWS_READ)
  .addOption(
    new Option('--encoding <encoding>', 'the file’s encoding, if it cannot be detected').choices(encodings),
  )
  .option(
    '--delimiter <text>',
    'what separates the values, if it cannot be detected; "tab" for tabs, "\\x01" for a control character',
    readDelimiter,
  )
  .option(
    '--file <options>',
    'options of the file as the definition will have them, in JSON',
    readFileOptions,
  )
  .option('--as-is', 'take the first line for the header and all others for rows, whatever they look like')
  .option('--print', 'print the file instead of writing it, and import nothing')
  .option('--force', 'overwrite imports/<name>.ts')
  .option('--no-import', 'write the file, and import nothing')
  .option('--directory <path>', 'where the local stack keeps its data', LOCAL_DIRECTORY)
  .addHelpText(
    'after',
    '\nExit codes: those of `import`, which imports the sample at the end; 1 also if no import can be proposed.',
  )
  .action(async (file: string, options) => {
    const { file: fileOptions, ...rest } = options;
    process.exitCode = await runNewImportCommand(file, { ...rest, ...(fileOptions && { fileOptions }) });
  });

program
  .command('sql')
  .description('Run an SQL statement in the running stack’s database and show its result.')
  .argument('<statement>', 'such as "select count(*) from customers"')
  .option('--directory <path>', 'where the local stack keeps its data', LOCAL_DIRECTORY)
  .action(runSqlCommand);

program
  .command('start', { isDefault: true })
  .description(
    'Keep the stack running until Ctrl-C; every file put under a prefix by any S3 client is imported.',
  )
  .option('--reset', 'empty the data first')
  .option('--directory <path>', 'where the local stack keeps its data', LOCAL_DIRECTORY)
  .addHelpText('after', '\nDATABASE_URL: your own PostgreSQL instead of the embedded one.')
  .action(async (options) => {
    await runLocalCommand(options);
  });

endWrongUsage(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
  if (!(error instanceof Interrupted)) printError(describeError(error));
}

function split(text: string): string[] {
  return text.split(',').map((each) => each.trim());
}

function readDelimiter(text: string): string {
  if (text === 'tab') return '\t';
  const delimiter = text.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return readFileOptions(JSON.stringify({ delimiter })).delimiter!;
}

function readFileOptions(text: string): FileOptions {
  let options: unknown;
  try {
    options = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError(`Write JSON, such as '{ "skipFooter": 1 }'.`);
  }
  const checked = fileOptionsSchema.safeParse(options);
  if (checked.success) return options as FileOptions;
  const [{ path, message } = { path: [], message: '' }] = checked.error.issues;
  throw new InvalidArgumentError(`${['file', ...path].join('.')}: ${message}.`);
}

function readCount(text: string): number {
  const rows = Number(text);
  if (!Number.isSafeInteger(rows) || rows < 1)
    throw new InvalidArgumentError('Use a whole number from 1 on.');
  return rows;
}

/** What a person can put right comes as an error with a message that says so; a slip in the code needs its place. */
function describeError(error: unknown): string {
  const slip = [SyntaxError, TypeError, ReferenceError, RangeError].some((kind) => error instanceof kind);
  if (!(error instanceof Error) || slip || process.env.DEBUG !== undefined) return inspect(error);
  return pc.red(visibleLines(error.message || String((error as { code?: string }).code ?? error)));
}
