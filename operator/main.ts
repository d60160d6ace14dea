import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { listCommand } from './commands/list.ts';
import { rejectsCommand } from './commands/rejects.ts';
import { showCommand } from './commands/show.ts';
import { connect } from './connection.ts';
import { OperatorError } from './operator-error.ts';
import { redrive } from './redrive.ts';

/** EX_USAGE of sysexits.h */
const WRONG_USAGE = 64;

const program = new Command('ops').description('What operators do with executions of the import workflow.');
program.addCommand(listCommand()).addCommand(showCommand()).addCommand(rejectsCommand());

program
  .command('redrive')
  .description('Restart a failed execution where it failed, and show it to its end.')
  .argument('[execution]', 'ARN or name of the execution')
  .option('--last', 'the newest failed execution')
  .option('--no-wait', 'do not wait for its end')
  .option('--aws', 'your AWS account (standard SDK configuration) instead of the local stack')
  .option('--state-machine <arn>', 'the import workflow, where an account has several state machines')
  .addHelpText(
    'after',
    '\nExit codes: 0 the execution succeeded (or --no-wait), 1 it failed again, 64 wrong usage.',
  )
  .action(async (execution: string | undefined, options) => {
    if ((execution === undefined) === (options.last !== true)) {
      throw new OperatorError('Name an execution, or pass --last for the newest failed one.');
    }
    const { status } = await redrive(await connect(options), execution, {
      wait: options.wait,
    });
    process.exitCode = status === 'SUCCEEDED' || status === 'RUNNING' ? 0 : 1;
  });

// Else commander ends the process itself, with 1 for what is wrong usage.
for (const command of [program, ...program.commands]) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  // Commander has said what is wrong.
  if (!(error instanceof CommanderError)) console.error(describeError(error));
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  return error instanceof OperatorError ? WRONG_USAGE : 1;
}

/** What a person can put right comes as a message; a slip in the code needs its place. */
function describeError(error: unknown): unknown {
  const slip = [SyntaxError, TypeError, ReferenceError, RangeError].some((kind) => error instanceof kind);
  if (!(error instanceof Error) || slip || process.env.DEBUG !== undefined) return error;
  return pc.red(error.message || String((error as { code?: string }).code ?? error.name));
}
