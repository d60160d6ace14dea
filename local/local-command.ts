import pc from 'picocolors';
import { uploadEventSchema } from '../contract/upload.ts';
import { loadImports } from '../imports/index.ts';
import { resetLocalStack, startLocalStack } from './stack.ts';
import type { Execution } from './workflow/execution.ts';

/** `npm run local`: keeps the stack running until Ctrl-C. */
export async function runLocalCommand({
  directory,
  reset,
}: {
  directory: string;
  reset?: boolean;
}): Promise<void> {
  if (reset === true) await resetLocalStack(directory);
  const definitions = await loadImports();
  console.log(pc.dim('starting the local stack …'));
  const stack = await startLocalStack({
    directory,
    ...(process.env.DATABASE_URL === undefined ? {} : { databaseUrl: process.env.DATABASE_URL }),
    onStatus: (execution) => console.log(describeStatus(execution)),
    onState: (execution, state) => console.log(pc.dim(`${execution.name.slice(0, 8)}  ${state}`)),
    onNotification: ({ subject }) => console.log(pc.dim(`          notified: ${subject ?? ''}`)),
  });
  if (stack.createdTables.length > 0) console.log(`created the tables: ${stack.createdTables.join(', ')}`);
  const { endpoints, databaseUrl, uploadBucket } = stack.description;
  console.log(`S3              ${endpoints.s3}`);
  console.log(`Step Functions  ${endpoints.stepFunctions}`);
  console.log(`database        psql '${databaseUrl}'`);
  console.log('\nPut a file under one of these, with any S3 client and any credentials:');
  for (const { prefix, name } of definitions) console.log(`  s3://${uploadBucket}/${prefix}  → ${name}`);
  console.log(
    `\n  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1 \\\n  aws --endpoint-url ${endpoints.s3} s3 cp samples/customers.csv s3://${uploadBucket}/${definitions[0]?.prefix ?? ''}`,
  );
  console.log(pc.dim('\nCtrl-C stops it.'));

  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  console.log('\nstopping …');
  await stack.close();
}

function describeStatus({ name, status, failure, input }: Execution): string {
  const key = uploadEventSchema.safeParse(JSON.parse(input)).data?.detail.object.key ?? '';
  const colour = status === 'SUCCEEDED' ? pc.green : status === 'RUNNING' ? pc.bold : pc.red;
  return `${name.slice(0, 8)}  ${colour(status)} ${failure.error ?? ''} ${key}`;
}
