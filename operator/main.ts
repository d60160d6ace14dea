import { Command } from 'commander';
import pc from 'picocolors';
import { connectToStepFunctions } from './connection.ts';
import { OperatorError } from './operator-error.ts';
import { redrive } from './redrive.ts';

const program = new Command('ops').description('What operators do with executions of the import workflow.');

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
    const { status } = await redrive(await connectToStepFunctions(options), execution, {
      wait: options.wait,
    });
    process.exitCode = status === 'SUCCEEDED' || status === 'RUNNING' ? 0 : 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const ours =
    error instanceof OperatorError ||
    '$metadata' in error ||
    (error as { code?: string }).code === 'ECONNREFUSED';
  console.error(ours ? pc.red(error.message || String((error as { code?: string }).code)) : error);
  process.exitCode = ours && error instanceof OperatorError ? 64 : 1;
}
