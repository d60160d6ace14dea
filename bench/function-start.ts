// Measures the function for small uploads under AWS's own runtime client: what a cold start costs, and the invocations
// after it. `node bench/function-start.ts <folder of aws-lambda-ric>`, after `npm install aws-lambda-ric` elsewhere.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { stringify } from 'csv-stringify/sync';
import postgres from 'postgres';
import { deriveRunId } from '../contract/upload.ts';
import { bundleSmallImport } from '../infra/bundles.ts';
import { startPostgres } from '../local/postgres.ts';
import { startS3 } from '../local/s3/server.ts';
import { createMissingTables } from '../local/target-tables.ts';
import { localAwsConfig } from '../operator/local-stack.ts';
import { generateCustomers, headers } from '../samples/customers.ts';

const ROUNDS = 5;
const ROWS = [1_000, 50_000];
const CLOCK_TICKS_A_SECOND = 100;

interface Figure {
  seconds: number;
  cpuSeconds: number;
}

const [, , client] = process.argv;
if (client === undefined) throw new Error('Say where aws-lambda-ric is.');
const folder = mkdtempSync(join(tmpdir(), 'csv-import-function-'));
const bundle = join(folder, 'bundle');
bundleSmallImport(bundle);
const [database, storage] = await Promise.all([
  startPostgres({ directory: join(folder, 'database'), fsync: false }),
  startS3({ directory: join(folder, 's3'), buckets: [{ name: 'bench', versioned: true }] }),
]);
const sql = postgres(database.url, { onnotice: () => {} });
await createMissingTables(sql);
const s3 = new S3Client({ ...localAwsConfig, endpoint: storage.endpoint, forcePathStyle: true });
try {
  for (const rows of ROWS) {
    const file = Buffer.from(stringify([headers, ...generateCustomers(rows, 1)]));
    const rounds: Figure[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await sql`truncate customers`;
      rounds.push(await measure([await attempt(file), await attempt(file)]));
    }
    console.log(`${rows} rows, ${(file.length / 1e6).toFixed(1)} MB, the least of ${ROUNDS} rounds`);
    for (const [index, name] of ['init', 'first invocation', 'second invocation'].entries()) {
      const least = (of: keyof Figure) => Math.min(...rounds.map((round) => round[index]![of])).toFixed(2);
      console.log(`  ${name.padEnd(18)} ${least('seconds')} s, ${least('cpuSeconds')} s of CPU`);
    }
  }
} finally {
  s3.destroy();
  await sql.end();
  await Promise.all([database.stop(), storage.close()]);
  rmSync(folder, { recursive: true, force: true });
}

/** Uploads the file and describes the attempt that imports it. */
async function attempt(file: Buffer): Promise<Record<string, string>> {
  const key = `uploads/customers/${crypto.randomUUID()}.csv`;
  const { VersionId, ETag } = await s3.send(new PutObjectCommand({ Bucket: 'bench', Key: key, Body: file }));
  const upload = {
    bucket: 'bench',
    key,
    versionId: VersionId!,
    etag: ETag!,
    size: file.length,
    sequencer: '',
  };
  return {
    S3_BUCKET: 'bench',
    S3_KEY: key,
    S3_VERSION_ID: VersionId!,
    S3_ETAG: ETag!.replaceAll('"', ''),
    S3_SIZE: String(file.length),
    IMPORT_NAME: 'customers',
    RUN_ID: deriveRunId('customers', upload),
    ATTEMPT: `${VersionId}.0.1`,
    RESULTS_BUCKET: 'bench',
    POLLS: '0',
  };
}

/** Starts the runtime client and invokes the function with each event: the init's figure, then the invocations'. */
async function measure(events: readonly object[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  const left = [...events];
  const over = Promise.withResolvers<void>();
  let since = performance.now();
  let cpu = 0;
  const note = () => {
    const now = { seconds: (performance.now() - since) / 1000, cpuSeconds: cpuOf(child.pid!) - cpu };
    figures.push(now);
    cpu += now.cpuSeconds;
  };
  const api = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET') {
      // The client asks for the next invocation when it has answered the one before.
      if (figures.length === 0) note();
      const event = left.shift();
      if (event === undefined) return over.resolve();
      since = performance.now();
      const payload = JSON.stringify(event);
      // The client's native part crashes without any of them.
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        'lambda-runtime-aws-request-id': crypto.randomUUID(),
        'lambda-runtime-deadline-ms': String(Date.now() + 300_000),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:f',
        'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0',
      });
      return response.end(payload);
    }
    const body = (await request.toArray()).join('');
    if (body !== '{"outcome":"imported"}') over.reject(new Error(`The function did not import: ${body}`));
    note();
    response.writeHead(202, { 'content-length': 0 }).end();
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const child = spawn(process.execPath, [join(resolve(client!), 'index.mjs'), 'index.handler'], {
    cwd: bundle,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(api.address() as AddressInfo).port}`,
      _HANDLER: 'index.handler',
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_LAMBDA_FUNCTION_VERSION: '1',
      AWS_LAMBDA_LOG_GROUP_NAME: 'g',
      AWS_LAMBDA_LOG_STREAM_NAME: 's',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
      LAMBDA_TASK_ROOT: bundle,
      AWS_REGION: localAwsConfig.region,
      AWS_ACCESS_KEY_ID: localAwsConfig.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localAwsConfig.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_S3: storage.endpoint,
      DATABASE_URL: database.url,
    },
  });
  child.once('exit', (...how) => over.reject(new Error(`The runtime client ended: ${how}.`)));
  try {
    await over.promise;
  } finally {
    child.kill('SIGKILL');
    api.closeAllConnections();
    api.close();
  }
  return figures;
}

/** CPU seconds that a process has used, all of its threads together. (proc(5), stat) */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_A_SECOND;
}
