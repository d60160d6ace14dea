import type { Command } from 'commander';
import pc from 'picocolors';
import { connect } from '../connection.ts';
import { examine, type Finding } from '../doctor.ts';
import { type CommonOptions, printJson, subcommand } from './options.ts';

interface DoctorOptions extends CommonOptions {
  bucket?: string;
}

/** `ops doctor` */
export function doctorCommand(): Command {
  return subcommand(
    'doctor',
    'Look for what keeps imports from working: credentials, state machine, recent failures, results bucket, EventBridge on the upload bucket; each finding with its remedy. It does not look at the rule, the secret, the database and its tables.',
    '0 nothing is wrong as far as it could look, 1 something is',
  )
    .option('--bucket <name>', 'the upload bucket (default: that of the newest execution)')
    .action(doctor);
}

const signs: Record<Finding['state'], string> = {
  well: pc.green('well   '),
  ill: pc.red('ill    '),
  unknown: pc.yellow('unknown'),
};

async function doctor(options: DoctorOptions): Promise<void> {
  const findings = await examine(connect(options), options.bucket ?? null);
  if (options.json) printJson(findings);
  else {
    for (const { what, state, found, remedy } of findings) {
      console.log(`${signs[state]}  ${what.padEnd(14)}  ${found}`);
      if (remedy !== null) console.log(`${' '.repeat(25)}→ ${remedy}`);
    }
  }
  if (findings.some(({ state }) => state === 'ill')) process.exitCode = 1;
}
