// Executions of earlier releases, redriven by this one: on AWS for 14 days after their end, here for as long.
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, it } from 'vitest';
import type { Report } from '../../contract/report.ts';
import { startS3 } from '../../local/s3/server.ts';
import { localAwsConfig } from '../../operator/local-stack.ts';
import { headers } from '../../samples/customers.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

/**
 * What a release's own local stack recorded: its definition, and with what each state was entered. One upload was
 * imported after its importer had been killed once, another failed as its table was missing. A release whose workflow
 * hands on other data than the one before adds a file.
 */
interface Recorded {
  executionName: string;
  roleArn: string;
  definition: { States: Record<string, { Type: string }> };
  report: Report;
  states: { state: string; event: UploadEvent; input: unknown }[];
}

interface UploadEvent {
  detail: { bucket: { name: string }; object: Record<'key' | 'etag' | 'version-id' | 'sequencer', string> };
}

const folder = join(import.meta.dirname, '../fixtures/releases');
const releases = (await readdir(folder)).map((name) => name.replace('.json', ''));
const recordedBy = async (release: string): Promise<Recorded> =>
  JSON.parse(await readFile(join(folder, `${release}.json`), 'utf8'));

const ids = [1, 2, 3];
const file = `${headers.join(',')}\n${ids.map((id) => `${id},Name,m@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`).join('')}`;

let harness: StackHarness;
afterEach(() => harness.close());

/** Stopped in the given states, as by a crash of the stack; the uploads are there, and imported by nobody yet. */
async function stoppedIn(recorded: Recorded, states: Recorded['states'], revisionId?: string) {
  const directory = await mkdtemp(join(tmpdir(), 'csv-import-releases-'));
  const [uploads, results] = ['csv-import-uploads', 'csv-import-results'];
  const s3 = await startS3({
    directory: join(directory, 's3'),
    buckets: [
      { name: uploads, versioned: true },
      { name: results, versioned: false },
    ],
    onObjectCreated: async () => {},
  });
  const client = new S3Client({ ...localAwsConfig, endpoint: s3.endpoint, forcePathStyle: true });
  const put = (Bucket: string, Key: string, Body: string) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body }));

  const executions = join(directory, 'executions');
  await mkdir(join(executions, 'definitions'), { recursive: true });
  const { definition, roleArn, report, executionName } = recorded;
  if (revisionId !== undefined) {
    const revision = { id: revisionId, definition, roleArn, since: Date.now() };
    await writeFile(join(executions, 'definitions', `${revisionId}.json`), JSON.stringify(revision));
  }
  for (const { state, event, input } of states) {
    const { key, etag, 'version-id': version } = event.detail.object;
    const { VersionId, ETag } = await put(uploads, key, file);
    const ofToday = (data: unknown) =>
      JSON.stringify(data)
        .replaceAll(executionName, state)
        .replaceAll(version, VersionId!)
        .replaceAll(etag, ETag!.replaceAll('"', ''))
        .replaceAll('"size":469', `"size":${file.length}`);
    await put(results, `reports/${report.runId}/${state}.0.2.json`, ofToday(report));
    const { Type } = definition.States[state]!;
    const history = [
      {
        type: 'ExecutionStarted',
        revisionId,
        executionStartedEventDetails: { input: ofToday(event), roleArn },
      },
      { type: `${Type}StateEntered`, stateEnteredEventDetails: { name: state, input: ofToday(input) } },
      { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'LocalStackStopped' } },
    ].map((each, index) => ({ id: index + 1, previousEventId: index, timestamp: Date.now(), ...each }));
    await writeFile(
      join(executions, `${state}.jsonl`),
      history.map((each) => `${JSON.stringify(each)}\n`).join(''),
    );
  }
  client.destroy();
  await s3.close();
  return createStackHarness({ directory });
}

async function redriveAll(): Promise<Record<string, string | undefined>> {
  const ends: Record<string, string | undefined> = {};
  for (const { arn, name } of harness.stack.engine.executions.list()) {
    const { status, cause } = await harness.redrive(arn);
    ends[name] = cause ?? status;
  }
  return ends;
}

it.each(releases)('of “%s”: from each state, by the definition that it began with', async (release) => {
  const recorded = await recordedBy(release);
  harness = await stoppedIn(recorded, recorded.states, 'recorded');
  const states = recorded.states.map(({ state }) => state);
  expect(states.toSorted()).toEqual(Object.keys(recorded.definition.States).filter(isOnTheWay).toSorted());
  expect(await redriveAll()).toEqual(Object.fromEntries(states.map((state) => [state, 'SUCCEEDED'])));
  expect(await harness.customerIds()).toEqual(ids);
});

/** Those of a run that waits, by the names of then, were not recorded: nor was that of a report without a notice. */
function isOnTheWay(state: string): boolean {
  return ![
    'AskAgain',
    'WaitForTurn',
    'Requeue',
    'WaitForSlot',
    'NotifyWithoutReport',
    'UploadIgnored',
  ].includes(state);
}

it.each(releases)('of “%s”: whose definition was not kept, by today’s', async (release) => {
  const recorded = await recordedBy(release);
  const some = recorded.states.filter(({ state }) => ['RunImporter', 'ImportFailed'].includes(state));
  harness = await stoppedIn(recorded, some);
  expect(await redriveAll()).toEqual({ RunImporter: 'SUCCEEDED', ImportFailed: 'SUCCEEDED' });
  expect(await harness.customerIds()).toEqual(ids);
});
