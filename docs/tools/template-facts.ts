import { type Definition, definitionOf, makeStack } from '../../test/infra/make-stack.ts';

/** What docs/cost.md and docs/scale.md count in the template. */
export interface TemplateFacts {
  /** States that an import enters which succeeds at once. */
  successPath: string[];
  /** States that it enters which fails in the importer and is not tried again. */
  failurePath: string[];
  /** States that one more attempt takes. */
  retryPath: string[];
  /** States that a look at the queue takes; empty where the workflow has no queue. */
  waitPath: string[];
  /** How RunImporter's RunTask is tried again where AWS refuses it: seconds at most in between, and how often. */
  runTask: { maxDelaySeconds: number; tries: number };
  /** The time limit of a whole execution. */
  executionHours: number;
  /** For how long the database's automatic backups are kept. */
  backupDays: number;
  /** How many resources there are of each type. */
  types: Record<string, number>;
}

export async function readTemplateFacts(): Promise<TemplateFacts> {
  const { template } = await makeStack();
  const definition = definitionOf(template);
  const resources = Object.values(template.toJSON().Resources as Record<string, { Type: string }>);
  const [cluster] = Object.values(template.findResources('AWS::RDS::DBCluster'));
  const types: Record<string, number> = {};
  for (const { Type } of resources) types[Type] = (types[Type] ?? 0) + 1;
  const throttled = definition.States.RunImporter!.Retry?.[0] as Record<string, unknown> | undefined;
  const between = (...states: string[]) =>
    states.slice(1).flatMap((to, index) => shortestPath(definition, states[index]!, to).slice(1));
  return {
    successPath: [definition.StartAt, ...between(definition.StartAt, 'NotifySuccess', 'ImportSucceeded')],
    failurePath: [
      definition.StartAt,
      ...between(definition.StartAt, 'RunImporter'),
      'ExplainFailure',
      ...between('ExplainFailure', 'ImportFailed'),
    ],
    retryPath: ['ExplainFailure', ...between('ExplainFailure', 'BackOff', 'RunImporter')],
    waitPath: 'WaitForSlot' in definition.States ? between('RunImporter', 'WaitForSlot', 'RunImporter') : [],
    runTask: {
      maxDelaySeconds: throttled?.MaxDelaySeconds as number,
      tries: throttled?.MaxAttempts as number,
    },
    executionHours: definition.TimeoutSeconds! / 3600,
    backupDays: cluster!.Properties.BackupRetentionPeriod as number,
    types,
  };
}

/** From one state to another by Next, Choices and Default, never by a Catch. */
function shortestPath({ States }: Definition, from: string, to: string): string[] {
  const paths = [[from]];
  const seen = new Set([from]);
  for (const path of paths) {
    const state = States[path.at(-1)!]!;
    const choices = (state.Choices ?? []).map(({ Next }) => Next);
    for (const next of [state.Next, state.Default, ...choices]) {
      if (next === undefined || next === null) continue;
      if (next === to) return [...path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  throw new Error(`No way leads from ${from} to ${to}.`);
}
