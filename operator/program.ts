import { inspect } from 'node:util';
import { Command } from 'commander';
import { visibleLines } from '../contract/visible-text.ts';
import { errorColours as pc } from './colours.ts';
import { endWrongUsage, WRONG_USAGE } from './command-line.ts';
import { commands } from './commands/all.ts';
import { explainError, isExplained } from './explain-error.ts';
import { OperatorError } from './operator-error.ts';
import { printError } from './output.ts';

const program = new Command('ops').description(
  'Inspect, start, stop and redrive executions of the import workflow.',
);
for (const command of commands()) program.addCommand(command);
endWrongUsage(program);

// The reader of the output may have seen enough: `| head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = error instanceof OperatorError ? WRONG_USAGE : 1;
  printError(describeError(error));
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
