import { Command } from 'commander';
import { printJsonLine } from '../output.ts';

/** A subcommand with the options that all have in common. */
export function subcommand(name: string, description: string, exitCodes: string): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print JSON and nothing else')
    .option('--aws', 'use your AWS account (the SDK’s usual configuration), not the local stack')
    .option('--state-machine <arn>', 'the import workflow, if the account has several state machines')
    .addHelpText('after', `\nExit codes: ${exitCodes}, 64 wrong usage.`);
}

/** What the options of {@link subcommand} give. */
export interface CommonOptions {
  json?: true;
  aws?: true;
  stateMachine?: string;
}

/** The form in which all commands print JSON. */
export function printJson(data: unknown): void {
  printJsonLine(data, 2);
}

/** Whether an execution ended badly: what exit code 1 is for. */
export function hasFailed(status: string): boolean {
  return status !== 'SUCCEEDED' && status !== 'RUNNING';
}
