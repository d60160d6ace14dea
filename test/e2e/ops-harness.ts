import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { headers } from '../../samples/customers.ts';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { runOnTerminal } from '../support/terminal.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

const main = join(import.meta.dirname, '../../operator/main.ts');
const row = (id: number | string) => `${id},Name,m@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`;

/** A customers' file with a row for each id. */
export const file = (...ids: (number | string)[]) => `${headers.join(',')}\n${ids.map(row).join('')}`;
export const nameOf = (arn: string) => arn.split(':').at(-1)!;
export const keyOf = (name: string) => `uploads/customers/${name}`;

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A local stack with three executions, and `npm run ops` on it. */
export interface OpsHarness {
  stack: StackHarness;
  /** The way to the database. */
  proxy: TcpProxy;
  /** An empty folder. */
  folder: string;
  /** ARNs: one that succeeded, one that the file, one that the system caused; in this order. */
  good: string;
  bad: string;
  down: string;
  /** The standard SDK configuration of this stack. */
  environment(): Record<string, string>;
  /** The real command, as a process. */
  ops(args: string[], options?: { env?: NodeJS.ProcessEnv; cwd?: string }): Promise<Ended>;
  /** What the command prints with `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects of it
  json(...args: string[]): Promise<any>;
  /** The command on a terminal; see {@link runOnTerminal}. */
  onTerminal(
    args: string[],
    options?: { env?: NodeJS.ProcessEnv; typed?: [string, string][] },
  ): ReturnType<typeof runOnTerminal>;
  /** The command while it runs. */
  begin(args: string[]): ReturnType<typeof spawn>;
  close(): Promise<void>;
}

export async function createOpsHarness(): Promise<OpsHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'csv-import-ops-'));
  let proxy: TcpProxy | undefined;
  const stack = await createStackHarness({
    proxied: async (url) => {
      proxy = await createTcpProxy(url);
      return proxy.through(url);
    },
  });
  const good = await stack.upload('good.csv', file(1, 2, 3));
  await stack.end(good);
  const bad = await stack.upload('bad.csv', file(4, 'x'));
  await stack.end(bad);
  await proxy!.refuse();
  const down = await stack.upload('down.csv', file(5));
  await stack.end(down);
  await proxy!.accept();
  const environment = () => {
    const { endpoints } = stack.description;
    return {
      PATH: process.env.PATH!,
      AWS_ENDPOINT_URL_SFN: endpoints.stepFunctions,
      AWS_ENDPOINT_URL_S3: endpoints.s3,
      AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
    };
  };
  const ops: OpsHarness['ops'] = (args, options = {}) =>
    new Promise((resolve) => {
      const inherited = { env: environment(), ...options };
      execFile(process.execPath, [main, ...args], inherited, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  return {
    stack,
    proxy: proxy!,
    folder,
    good,
    bad,
    down,
    environment,
    ops,
    async json(...args) {
      const { stdout, stderr } = await ops([...args, '--json']);
      expect(stderr).toBe('');
      return JSON.parse(stdout);
    },
    onTerminal: (args, { env = {}, typed } = {}) =>
      runOnTerminal([process.execPath, main, ...args], { ...environment(), ...env }, typed),
    begin: (args) => spawn(process.execPath, [main, ...args], { env: environment() }),
    async close() {
      await stack.close();
      await proxy!.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
