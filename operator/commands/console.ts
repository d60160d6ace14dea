import type { Command } from 'commander';
import { visibleLines } from '../../contract/visible-text.ts';
import pc, { errorColours } from '../colours.ts';
import { createConnector } from '../connection.ts';
import { CONSOLE_PORT, parsePort } from '../console/server/port.ts';
import { print, printError } from '../output.ts';
import { type CommonOptions, printJson, subcommand } from './options.ts';

interface ConsoleOptions extends CommonOptions {
  port: string;
  bucket?: string;
}

/** `ops console`, `npm run console` */
export function consoleCommand(): Command {
  return subcommand(
    'console',
    'Serve a page for your browser that shows executions, uploads files and redrives. Only this machine can open it; Ctrl-C stops it.',
    '0 stopped, 1 could not be started',
  )
    .option(
      '--port <number>',
      'where to serve it; if it is in use, another port is taken',
      String(CONSOLE_PORT),
    )
    .option('--bucket <name>', 'where uploads go (default: the one that the rules name)')
    .action(serveConsole);
}

async function serveConsole(options: ConsoleOptions): Promise<void> {
  const port = parsePort(options.port);
  // Only now, since all that a page needs would make every other command slower to start.
  const [{ loadImports }, { describeProblem }, { startConsole }, { createSource }] = await Promise.all([
    import('../../imports/index.ts'),
    import('../console/server/problem.ts'),
    import('../console/server/server.ts'),
    import('../console/server/source.ts'),
  ]);
  const connect = createConnector(options);
  const source = createSource(connect, await loadImports(), options.bucket ?? null);
  const { url, close } = await startConsole(source, { port });
  if (options.json) printJson({ url });
  else print(`Console  ${pc.bold(url)}`);
  // The page says it, too, and goes on when it is over: no reason to end.
  await connect().then(
    ({ stateMachineArn }) => {
      if (!options.json) print(`of       ${stateMachineArn}\n\n${pc.dim('Ctrl-C stops it.')}`);
    },
    (error: unknown) =>
      printError(errorColours.yellow(visibleLines(describeProblem(error).problem.error.message))),
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await close();
}
