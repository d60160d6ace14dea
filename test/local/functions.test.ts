import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createFunctions, type LocalFunctions } from '../../local/functions.ts';
import { makeFolder } from './make-folder.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:f';

let functions: LocalFunctions;
let logs: string;
afterEach(() => functions.close());

/** One function whose bundle is this code. */
function deploy(code: string, { timeoutSeconds = 20, environment = {} } = {}) {
  const folder = makeFolder();
  const file = join(folder, 'index.mjs');
  writeFileSync(file, code);
  logs = join(folder, 'logs');
  functions = createFunctions(
    [{ name: 'f', arn: ARN, file, handler: 'handler', environment, timeoutSeconds }],
    { AWS_REGION: 'us-east-1' },
    logs,
  );
  return (payload: unknown = {}) => functions.invoke(ARN, payload);
}

/** What the invocation fails with, the cause parsed. */
async function failure(
  invocation: Promise<unknown>,
): Promise<{ name: string; cause: Record<string, unknown> }> {
  const error = (await invocation.then(
    () => new Error('it did not fail'),
    (thrown) => thrown,
  )) as Error;
  return { name: error.name, cause: JSON.parse(error.message) as Record<string, unknown> };
}

describe('an invocation', () => {
  it('passes the payload, the context and nothing but the function’s environment', async () => {
    const invoke = deploy(
      `export const handler = async (event, context) => ({ event, name: context.functionName, id: context.awsRequestId, env: process.env });`,
      { environment: { BUCKET: 'b' } },
    );
    expect(await invoke({ a: [1, null] })).toEqual({
      event: { a: [1, null] },
      name: 'f',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      env: { AWS_REGION: 'us-east-1', BUCKET: 'b', AWS_LAMBDA_FUNCTION_NAME: 'f' },
    });
  });

  it('keeps the execution environment between invocations', async () => {
    const invoke = deploy(`let n = 0; export const handler = async () => ++n;`);
    expect([await invoke(), await invoke()]).toEqual([1, 2]);
  });

  it('has an execution environment of its own while others run, at most four', async () => {
    const invoke = deploy(
      `let running = 0; let n = 0;
       export const handler = async () => {
         if (++running > 1) throw new Error('two at once');
         await new Promise((resolve) => setTimeout(resolve, 30));
         running--;
         return ++n;
       };`,
    );
    const counts = (await Promise.all(Array.from({ length: 20 }, () => invoke()))) as number[];
    // Each environment counts its own: four that share twenty reach five or more.
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(5);
    expect(counts.filter((count) => count === 1).length).toBeLessThanOrEqual(4);
  });

  it('returns null for nothing', async () => {
    expect(await deploy(`export const handler = () => {};`)()).toBeNull();
  });

  it('writes what is logged to one file per function', async () => {
    await deploy(`export const handler = async () => { console.log('said'); console.error('shouted'); };`)();
    await functions.close();
    const lines = () => readFileSync(join(logs, 'f.log'), 'utf8').trim().split('\n').sort();
    await expect.poll(lines).toEqual(['said', 'shouted']);
  });
});

describe('a function’s failure', () => {
  it('is the error’s own name, with Lambda’s JSON as the cause', async () => {
    const invoke = deploy(
      `export const handler = async () => { throw Object.assign(new Error('no rows'), { name: 'EmptyUpload' }); };`,
    );
    expect(await failure(invoke())).toEqual({
      name: 'EmptyUpload',
      cause: { errorType: 'EmptyUpload', errorMessage: 'no rows', trace: expect.any(Array) },
    });
  });

  it('of one that runs too long is Sandbox.Timedout, and the next invocation starts afresh', async () => {
    const invoke = deploy(
      `let n = 0; export const handler = ({ hang }) => hang ? new Promise((resolve) => setTimeout(resolve, 60000)) : ++n;`,
      { timeoutSeconds: 0.3 },
    );
    expect(await invoke({})).toBe(1);
    expect(await failure(invoke({ hang: true }))).toMatchObject({
      name: 'Sandbox.Timedout',
      cause: { errorMessage: 'Error: Task timed out after 0.30 seconds' },
    });
    expect(await invoke({})).toBe(1);
  });

  it('of one does not touch another that runs at the same time', async () => {
    const invoke = deploy(
      `export const handler = ({ ms }) => new Promise((resolve) => setTimeout(() => resolve(ms), ms));`,
      { timeoutSeconds: 0.6 },
    );
    await Promise.all([invoke({ ms: 0 }), invoke({ ms: 0 })]);
    const [late, other] = await Promise.all([failure(invoke({ ms: 60_000 })), invoke({ ms: 300 })]);
    expect([late.name, other]).toEqual(['Sandbox.Timedout', 300]);
  });

  it.each([
    ['leaves', `process.exit(3)`, 'exit status 3'],
    [
      'throws outside of any promise',
      `setTimeout(() => { throw new Error('lost'); }); await new Promise(() => {})`,
      'lost',
    ],
  ])(
    'of one that %s is Runtime.ExitError at once, and the next invocation starts afresh',
    async (_, code, said) => {
      const invoke = deploy(
        `let n = 0; export const handler = async ({ crash }) => { if (crash) { ${code} } return ++n; };`,
      );
      await invoke({});
      const { name, cause } = await failure(invoke({ crash: true }));
      expect([name, cause.errorMessage]).toEqual(['Runtime.ExitError', expect.stringContaining(said)]);
      expect(await invoke({})).toBe(1);
    },
  );

  it('of one that crashed while idle is not the next invocation’s', async () => {
    const invoke = deploy(
      `let n = 0; export const handler = async () => { setTimeout(() => process.exit(1), 50); return ++n; };`,
    );
    expect(await invoke()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await invoke()).toBe(1);
  });

  it('of code that cannot be loaded is told', async () => {
    const { cause } = await failure(deploy(`throw new Error('no configuration');`)());
    expect(cause.errorMessage).toContain('no configuration');
  });

  it('to be found is Lambda’s', async () => {
    deploy('');
    await expect(functions.invoke(`${ARN}2`, {})).rejects.toMatchObject({
      name: 'Lambda.ResourceNotFoundException',
    });
  });
});
