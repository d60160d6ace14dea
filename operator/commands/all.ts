import type { Command } from 'commander';
import { consoleCommand } from './console.ts';
import { doctorCommand } from './doctor.ts';
import { listCommand } from './list.ts';
import { logsCommand } from './logs.ts';
import { redriveCommand } from './redrive.ts';
import { rejectsCommand } from './rejects.ts';
import { showCommand } from './show.ts';
import { startCommand } from './start.ts';
import { stopCommand } from './stop.ts';
import { watchCommand } from './watch.ts';

/** The subcommands of `ops`, new ones each time. */
export function commands(): Command[] {
  return [
    listCommand(),
    showCommand(),
    rejectsCommand(),
    watchCommand(),
    logsCommand(),
    redriveCommand(),
    startCommand(),
    stopCommand(),
    doctorCommand(),
    consoleCommand(),
  ];
}
