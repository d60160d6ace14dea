import { uploadEventSchema } from '../contract/upload.ts';
import { visible } from '../contract/visible-text.ts';
import { loadImports } from '../imports/index.ts';
import pc from '../operator/colours.ts';
import { CONSOLE_PORT } from '../operator/console/server/port.ts';
import { print } from '../operator/output.ts';
import { Interrupted, interruptSignal } from './interruption.ts';
import { resetLocalStack } from './reset.ts';
import { describeDatabase } from './shown-url.ts';
import { startLocalStack } from './stack.ts';
import type { Execution } from './workflow/execution.ts';

/** `npm run local`: keeps the stack running until Ctrl-C. */
export async function runLocalCommand({
  directory,
  reset,
}: {
  directory: string;
  reset?: boolean;
}): Promise<void> {
  const interrupted = interruptSignal();
  const definitions = await loadImports();
  const databaseUrl = process.env.DATABASE_URL;
  if (reset === true) {
    await resetLocalStack(directory);
    print(
      pc.dim(
        `emptied ${directory}${databaseUrl === undefined ? '' : '; the database of DATABASE_URL is left as it is'}`,
      ),
    );
  }
  print(pc.dim('starting the local stack …'));
  const stack = await startLocalStack({
    directory,
    signal: interrupted,
    console: { port: CONSOLE_PORT },
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    onStatus: (execution) => print(describeStatus(execution)),
    onState: (execution, state) => print(pc.dim(`${execution.name.slice(0, 8)}  ${state}`)),
    onNotification: ({ subject, message }) =>
      print(pc.dim(`          notified: ${visible(subject ?? message.split('\n')[0]!)}`)),
  }).catch((error) => {
    // Ctrl-C while it starts is no error of this command, which ends by Ctrl-C.
    if (error instanceof Interrupted) return null;
    throw error;
  });
  if (stack === null) return;
  if (stack.createdTables.length > 0) print(`created the tables: ${stack.createdTables.join(', ')}`);
  const { endpoints, uploadBucket, console: page } = stack.description;
  print(`console         ${pc.bold(page)}`);
  print(`S3              ${endpoints.s3}`);
  print(`Step Functions  ${endpoints.stepFunctions}`);
  print(`EventBridge     ${endpoints.eventBridge}`);
  print(`database        ${describeDatabase(stack.description.databaseUrl, directory)}`);
  print('\nPut a file under one of these, with any S3 client and any credentials:');
  for (const { prefix, name } of definitions) print(`  s3://${uploadBucket}/${prefix}  → ${name}`);
  print(
    `\n  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1 \\\n  aws --endpoint-url ${endpoints.s3} s3 cp samples/customers.csv s3://${uploadBucket}/${definitions[0]?.prefix ?? ''}`,
  );
  print(pc.dim('\nCtrl-C stops it.'));

  if (!interrupted.aborted) {
    await new Promise((resolve) => interrupted.addEventListener('abort', resolve, { once: true }));
  }
  const running = stack.importers().length;
  print(running === 0 ? '\nstopping …' : `\nstopping ${running} running importer(s) …`);
  await stack.close();
}

function describeStatus({ name, status, failure, input }: Execution): string {
  const key = uploadEventSchema.safeParse(JSON.parse(input)).data?.detail.object.key ?? '';
  const colour = status === 'SUCCEEDED' ? pc.green : status === 'RUNNING' ? pc.bold : pc.red;
  return `${name.slice(0, 8)}  ${colour(status)} ${visible(failure.error ?? '')} ${visible(key)}`;
}
