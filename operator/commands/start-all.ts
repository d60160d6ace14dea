import { once } from 'node:events';
import pc from '../colours.ts';
import { connect } from '../connection.ts';
import { OperatorError } from '../operator-error.ts';
import { print } from '../output.ts';
import { type BackfillPlan, planBackfill } from '../plan-backfill.ts';
import { type BackfillResult, runBackfill } from '../run-backfill.ts';
import { formatTable } from '../table.ts';
import { describeSeconds, parseSince } from '../time-text.ts';
import { confirm, isInteractive } from './confirm.ts';
import { type CommonOptions, printJson } from './options.ts';

/** The options of `ops start --all`. */
export interface StartAllOptions extends CommonOptions {
  wait: boolean;
  versionId?: string;
  import?: string;
  match?: string;
  since?: string;
  until?: string;
  maxBytes?: number;
  name?: string;
  atOnce: number;
  maxFailures: number;
  dryRun?: true;
  yes?: true;
}

/** How many failed files are printed; --json has all. */
const SHOWN_FAILURES = 20;
const SHOW_EVERY_MS = 5_000;

/** `ops start s3://bucket/prefix/ --all`: a plan first, then one execution for each file. */
export async function startAll(uri: string, options: StartAllOptions): Promise<void> {
  if (!options.wait || options.versionId !== undefined) {
    throw new OperatorError('--no-wait and --version-id do not go with --all.');
  }
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined) throw new OperatorError(`"${uri}" is no prefix: write s3://bucket/prefix/.`);
  const name = options.name ?? new Date().toISOString().slice(0, 10);
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(name)) {
    throw new OperatorError(`--name "${name}": use letters, digits, - and _, at most 32.`);
  }
  const filter = {
    import: options.import,
    match: options.match,
    maxBytes: options.maxBytes,
    since: options.since === undefined ? undefined : parseSince(options.since),
    until: options.until === undefined ? undefined : parseSince(options.until),
  };
  const { loadImports } = await import('../../imports/index.ts');
  const definitions = await loadImports();
  if (options.import !== undefined && !definitions.some((each) => each.name === options.import)) {
    const known = definitions.map((each) => each.name).join(', ');
    throw new OperatorError(`There is no import "${options.import}"; there are ${known}.`);
  }
  const connection = await connect(options);
  const plan = await planBackfill(connection, { bucket, key: prefix }, definitions, filter);
  if (!options.json) showPlan(plan);
  if (plan.files.length === 0 || !(await isConfirmed(options))) {
    if (options.json) printJson({ dryRun: true, name, ...plan });
    return;
  }

  const stop = new AbortController();
  void once(process, 'SIGINT').then(() => stop.abort());
  let shownAt = Date.now();
  const result = await runBackfill(connection, plan.files, {
    name,
    atOnce: options.atOnce,
    maxFailures: options.maxFailures,
    signal: stop.signal,
    onProgress: ({ total, succeeded, failed, running }) => {
      if (options.json || Date.now() - shownAt < SHOW_EVERY_MS) return;
      shownAt = Date.now();
      print(`  ${succeeded} of ${total} succeeded · ${failed} failed · ${running} running`);
    },
  });
  if (options.json) printJson({ dryRun: false, name, leave: plan.leave, ...result });
  else showResult(result, name);
  if (result.failed > 0 || result.left > 0 || stop.signal.aborted) process.exitCode = 1;
}

function showPlan({ files, leave, bytes, leastSeconds, cost }: BackfillPlan): void {
  for (const [reason, count] of Object.entries(leave)) print(`Left out: ${count} ${reason}`);
  if (files.length === 0) {
    print('There is nothing to import.');
    return;
  }
  const imports = new Map<string, number>();
  for (const file of files) imports.set(file.import, (imports.get(file.import) ?? 0) + 1);
  print(
    formatTable(
      ['import', 'files'],
      [...imports].map(([name, count]) => [name, String(count)]),
      { right: ['files'] },
    ),
  );
  const dollars = cost < 0.01 ? 'less than $0.01' : `about $${cost.toFixed(2)}`;
  print(
    `${files.length.toLocaleString('en')} files, ${(bytes / 1e6).toFixed(1)} MB: on AWS at least ${describeSeconds(leastSeconds)}, ${dollars} without the database. Files that are in already cost as much, and change nothing.`,
  );
}

async function isConfirmed({ dryRun, yes, json }: StartAllOptions): Promise<boolean> {
  if (dryRun) return false;
  if (yes) return true;
  const interactive = isInteractive(json === true);
  if (interactive && (await confirm('Import them?'))) return true;
  if (!json) print(interactive ? 'Nothing was started.' : 'Nothing was started: --yes does it.');
  return false;
}

function showResult(
  { succeeded, before, failed, failures, left, running }: BackfillResult,
  name: string,
): void {
  const earlier = before === 0 ? '' : `, ${before} of them before`;
  print(`${pc.green('succeeded')}  ${succeeded}${earlier}`);
  if (failed > 0) {
    print(`${pc.red('failed')}     ${failed}`);
    const rows = failures.slice(0, SHOWN_FAILURES);
    print(
      formatTable(
        ['key', 'failure', 'execution'],
        rows.map(({ key, failure, execution }) => [key, failure, execution ?? '–']),
      ),
    );
    print('`npm run ops -- redrive --failed-since 1d` redrives what failed because of the system.');
  }
  if (left + running > 0) {
    print(`${pc.yellow('not begun')}  ${left}: the same command with --name ${name} continues.`);
  }
}
