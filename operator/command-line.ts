import type { Command } from 'commander';
import { printedUsage } from './output.ts';

/** EX_USAGE of sysexits.h */
export const WRONG_USAGE = 64;

/** Makes wrong usage end a command line and its subcommands with {@link WRONG_USAGE}; commander alone says 1. */
export function endWrongUsage(program: Command): Command {
  for (const command of [program, ...program.commands]) {
    command
      .configureOutput(printedUsage)
      .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE));
  }
  return program;
}
