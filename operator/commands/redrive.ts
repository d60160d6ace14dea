import { type Command, Option } from 'commander';
import { visible } from '../../contract/visible-text.ts';
import pc from '../colours.ts';
import { type Connection, connect } from '../connection.ts';
import { describeList, describeStatus } from '../describe-execution.ts';
import { findExecution } from '../find-execution.ts';
import { followExecution, lastEventId } from '../follow-execution.ts';
import { OperatorError } from '../operator-error.ts';
import { print } from '../output.ts';
import { type Execution, readExecution } from '../read-execution.ts';
import {
  FILE_PROBLEM,
  findLastFailed,
  planRedrives,
  type RedrivePlan,
  redriveError,
  redriveExecution,
} from '../redrive.ts';
import { parseSince } from '../time-text.ts';
import { confirm, isInteractive } from './confirm.ts';
import { type CommonOptions, printJson, subcommand } from './options.ts';
import { watchUntilEnd } from './watch.ts';

interface RedriveOptions extends CommonOptions {
  last?: true;
  failedSince?: string;
  blame?: 'file' | 'system' | 'any';
  import?: string;
  dryRun?: true;
  yes?: true;
  wait: boolean;
}

/** `ops redrive` */
export function redriveCommand(): Command {
  return subcommand(
    'redrive',
    'Restart failed executions where they failed, and follow them to their end. Lists them first and, on a terminal, asks.',
    '0 all succeeded (or --no-wait, --dry-run, none to redrive), 1 one failed again or could not be redriven',
  )
    .argument(
      '[executions...]',
      'ARNs or names of executions, or keys of uploads (or their ends), which stand for the newest',
    )
    .option('--last', 'the newest failed execution')
    .option('--failed-since <time>', 'all that failed or timed out since then: 30m, 12h, 1d ago, or a date')
    .addOption(
      new Option(
        '--blame <cause>',
        'with --failed-since: only failures with this cause (default: "system")',
      ).choices(['system', 'file', 'any']),
    )
    .option('--import <name>', 'with --failed-since: only executions of this import')
    .option('--dry-run', 'only show which would be redriven')
    .option('-y, --yes', 'do not ask; --failed-since needs this if there is no terminal')
    .option('--no-wait', 'do not wait for their end')
    .action(redrive);
}

async function redrive(named: string[], options: RedriveOptions): Promise<void> {
  checkUsage(named, options);
  const connection = await connect(options);
  const plan = await makePlan(connection, named, options);
  if (!options.json) showPlan(plan, options);
  if (plan.redrive.length === 0 || !(await isConfirmed(options))) {
    if (options.json) printJson({ dryRun: true, redrive: plan.redrive, leave: plan.leave });
    return;
  }
  const redriven = await redriveAll(connection, plan.redrive, options);
  if (options.json) printJson({ dryRun: false, redriven, leave: plan.leave });
  if (redriven.some(({ status }) => status !== 'SUCCEEDED' && status !== 'RUNNING')) process.exitCode = 1;
}

function checkUsage(named: string[], { last, failedSince, blame, import: importName }: RedriveOptions): void {
  const ways = [named.length > 0, last === true, failedSince !== undefined].filter(Boolean).length;
  if (ways !== 1) {
    throw new OperatorError(
      'Name executions, or pass --last for the newest failed one, or --failed-since <time>.',
    );
  }
  if (failedSince === undefined && (blame ?? importName) !== undefined) {
    throw new OperatorError('--blame and --import go with --failed-since.');
  }
}

/** Executions that are named are redriven whatever the cause. */
async function makePlan(
  connection: Connection,
  named: string[],
  options: RedriveOptions,
): Promise<RedrivePlan> {
  if (options.failedSince !== undefined) {
    return planRedrives(connection, {
      failedSince: parseSince(options.failedSince),
      import: options.import,
      blame: options.blame ?? 'system',
    });
  }
  const executions: Execution[] = options.last ? [await findLastFailed(connection)] : [];
  const arns = new Set<string>();
  for (const each of named) arns.add(await findExecution(connection, each));
  for (const arn of arns) executions.push(await readExecution(connection, arn));
  for (const execution of executions) {
    if (execution.notRedrivable !== null) throw redriveError(execution, execution.notRedrivable);
  }
  return { redrive: executions, leave: [] };
}

function showPlan({ redrive: chosen, leave }: RedrivePlan, { dryRun }: RedriveOptions): void {
  if (leave.length > 0) {
    print(`Left out:\n${describeList(leave.map(({ execution }) => execution))}`);
    for (const reason of new Set(leave.map((each) => each.reason))) {
      const count = leave.filter((each) => each.reason === reason).length;
      print(`${count}: ${reason}`);
    }
    print();
  }
  if (chosen.length === 0) {
    print('There is nothing to redrive.');
    return;
  }
  print(`${dryRun ? 'Would be redriven' : 'To redrive'}:\n${describeList(chosen)}`);
  if (chosen.some(({ failure }) => failure?.blame === 'file')) print(pc.yellow(FILE_PROBLEM));
}

async function isConfirmed({ dryRun, yes, json, failedSince }: RedriveOptions): Promise<boolean> {
  if (dryRun) return false;
  if (yes) return true;
  if (!isInteractive(json === true)) {
    // A search may find more than its author thought of; names are what they are.
    if (failedSince === undefined) return true;
    if (!json) print('Nothing was redriven: --yes does it.');
    return false;
  }
  const agreed = await confirm('Redrive?');
  if (!agreed) print('Nothing was redriven.');
  return agreed;
}

/** All are restarted before any is waited for. */
async function redriveAll(connection: Connection, executions: Execution[], options: RedriveOptions) {
  const started: { execution: Execution; afterId: number; refused: string | null }[] = [];
  for (const execution of executions) {
    const afterId = await lastEventId(connection.sfn, execution.arn);
    const refused = await redriveExecution(connection, execution).then(
      () => null,
      (error: unknown) => {
        if (error instanceof OperatorError && executions.length > 1) return error.message;
        throw error;
      },
    );
    if (!options.json)
      print(refused === null ? `Redriving ${pc.bold(visible(execution.name))}` : pc.red(visible(refused)));
    started.push({ execution, afterId, refused });
  }
  const ended = [];
  for (const { execution, afterId, refused } of started) {
    const { arn, name } = execution;
    if (refused !== null) ended.push({ arn, name, status: 'REFUSED', reason: refused });
    else if (!options.wait) ended.push({ arn, name, status: 'RUNNING' });
    else
      ended.push(
        await waitFor(connection, arn, { afterId, alone: started.length === 1, json: options.json === true }),
      );
  }
  return ended;
}

async function waitFor(
  connection: Connection,
  arn: string,
  { afterId, alone, json }: { afterId: number; alone: boolean; json: boolean },
) {
  if (alone && !json) {
    const { name, status, failure } = await watchUntilEnd(connection, arn, { json, afterId });
    return { arn, name, status, failure };
  }
  for await (const _ of followExecution(connection.sfn, arn, { afterId })) {
    // Only its end is told.
  }
  const { name, status, failure } = await readExecution(connection, arn);
  if (!json) print(`${name}  ${describeStatus(status)}  ${failure?.name ?? ''}`.trimEnd());
  return { arn, name, status, failure };
}
