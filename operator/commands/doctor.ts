import type { Command } from 'commander';
import { visible, visibleLines } from '../../contract/visible-text.ts';
import pc, { errorColours } from '../colours.ts';
import type { Finding } from '../doctor/finding.ts';
import { print, printError } from '../output.ts';
import { type CommonOptions, printJson, subcommand } from './options.ts';

interface DoctorOptions extends CommonOptions {
  bucket?: string;
  readOnly?: true;
}

/** `ops doctor` */
export function doctorCommand(): Command {
  return subcommand(
    'doctor',
    [
      'Check what imports need, and print a remedy for each problem: credentials, state machine, failures of the last day, results bucket, rules and the prefixes of imports/, EventBridge on the upload bucket, your permissions.',
      'Dry runs test secret, database, target tables and the importer’s permissions: unless --read-only is given, a file of only the header line is imported under the prefix of each import and deleted again. That costs a minute of Fargate for each, sends a notification for each (outcome "dry-run"), and commits no row.',
    ].join('\n\n'),
    '0 no check failed, 1 a check failed',
  )
    .option('--bucket <name>', 'the upload bucket (default: the one that the rules name)')
    .option('--read-only', 'check without starting, uploading or changing anything')
    .action(doctor);
}

const signs: Record<Finding['state'], (text: string) => string> = {
  ok: pc.green,
  failed: pc.red,
  unknown: pc.yellow,
};
/** Fit `unknown`, and the names of most checks. */
const [STATE_WIDTH, WHAT_WIDTH] = [7, 16];

async function doctor(options: DoctorOptions): Promise<void> {
  // Only here: with EventBridge's SDK and the imports, the other commands would take twice as long to start.
  const [{ examine }, { findTarget }, { loadImports }] = await Promise.all([
    import('../doctor/examine.ts'),
    import('../doctor/find-target.ts'),
    import('../../imports/index.ts'),
  ]);
  const findings: Finding[] = [];
  const examination = examine(findTarget(options), {
    imports: loadImports(),
    uploadBucket: options.bucket ?? null,
    readOnly: options.readOnly === true,
    onDryRuns(imports) {
      const told = process.stderr.isTTY && !options.json;
      if (told)
        printError(errorColours.dim(`dry runs of ${imports.length} import(s): a minute or two on AWS …`));
    },
  });
  for await (const finding of examination) {
    findings.push(finding);
    if (!options.json) show(finding);
  }
  if (options.json) printJson(findings);
  if (findings.some(({ state }) => state === 'failed')) process.exitCode = 1;
}

function show({ what: named, state, found: told, remedy }: Finding): void {
  const [what, found] = [visible(named), visibleLines(told)];
  print(`${signs[state](state.padEnd(STATE_WIDTH))}  ${what.padEnd(WHAT_WIDTH)}  ${found}`);
  if (remedy !== null) print(`${' '.repeat(STATE_WIDTH + WHAT_WIDTH + 4)}→ ${visibleLines(remedy)}`);
}
