import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describeTable, type ImportDefinition } from '../../../contract/definition/define-import.ts';
import { type Connection, findResultsBucket } from '../../connection.ts';
import { searchExecutions } from '../../list-executions.ts';
import { findRuleBucket, readRules } from '../../rules.ts';
import type { ImportSummary, StackView } from '../api.ts';
import type { ConsoleSource } from './source.ts';

/** As often as a person can see, on a machine of one's own. */
const LOCAL_POLL_MS = 1000;
/** Some three requests each time, of the five and more a second that an account has for all of its users. */
const ACCOUNT_POLL_MS = 5000;

/** Describes the stack that the console shows. */
export async function readStack(source: ConsoleSource): Promise<StackView> {
  const connection = await source.connect();
  const [resultsBucket, uploadBucket] = await Promise.all([
    findResultsBucket(connection),
    findUploadBucket(source, connection),
  ]);
  const local = connection.localUploadBucket !== undefined;
  return {
    stateMachineArn: connection.stateMachineArn,
    local,
    uploadBucket,
    resultsBucket,
    imports: source.imports.map(describeImport),
    pollMs: local ? LOCAL_POLL_MS : ACCOUNT_POLL_MS,
  };
}

/** Where uploads go: as said, the local stack's own, where the rules or else the newest upload say; null for none of these. */
export async function findUploadBucket(
  { uploadBucket, executions }: ConsoleSource,
  connection: Connection,
): Promise<string | null> {
  const known = uploadBucket ?? connection.localUploadBucket ?? (await bucketOfRules(connection));
  if (known !== null) return known;
  for await (const { upload } of searchExecutions(connection, {}, executions)) return upload?.bucket ?? null;
  return null;
}

/** Null, too, for whoever may not look at rules. */
async function bucketOfRules({ stateMachineArn }: Connection): Promise<string | null> {
  const events = new EventBridgeClient();
  try {
    return findRuleBucket(await readRules(events, stateMachineArn));
  } catch {
    return null;
  } finally {
    events.destroy();
  }
}

function describeImport(definition: ImportDefinition): ImportSummary {
  const { name, prefix, file } = definition;
  const isTable = definition.kind === 'table';
  return {
    name,
    prefix,
    mode: isTable ? definition.mode : null,
    table: isTable ? describeTable(definition) : null,
    extensions: [...file.extensions],
    dryRun: isTable,
  };
}
