import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import { visibleLines } from '../contract/visible-text.ts';
import { errorColours as pc } from './colours.ts';
import { commands } from './commands/all.ts';
import { explainError, isExplained } from './explain-error.ts';
import { OperatorError } from './operator-error.ts';
import { printError, printedUsage } from './output.ts';

/** EX_USAGE of sysexits.h */
const WRONG_USAGE = 64;

const program = new Command('ops').description('What operators do with executions of the import workflow.');
for (const command of commands()) program.addCommand(command);
// Else commander ends the process itself, with 1 for what is wrong usage.
for (const command of [program, ...program.commands]) {
  command.exitOverride().configureOutput(printedUsage);
}

// Whoever reads the output may have had enough of it: `| head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  // Commander has said what is wrong.
  if (!(error instanceof CommanderError)) printError(describeError(error));
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  return error instanceof OperatorError ? WRONG_USAGE : 1;
}

/** What a person can put right comes as a message; a slip in the code needs its place. */
function describeError(error: unknown): string {
  const slip = [SyntaxError, TypeError, ReferenceError, RangeError].some((kind) => error instanceof kind);
  const unexplained = slip && !isExplained(error);
  if (!(error instanceof Error) || unexplained || process.env.DEBUG !== undefined) return inspect(error);
  const { found, remedy } = explainError(error);
  const told = pc.red(visibleLines(found));
  return remedy === null ? told : `${told}\n→ ${remedy}`;
}
