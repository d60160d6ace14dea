import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** What a function's worker is asked, and what it answers. */
export interface Invocation {
  id: number;
  payload: string;
}
export type InvocationResult = { id: number } & ({ result: string } | { error: string });

const { file, handler } = workerData as { file: string; handler: string };
const module = (await import(pathToFileURL(file).href)) as Record<string, (...args: unknown[]) => unknown>;

parentPort!.on('message', async ({ id, payload }: Invocation) => {
  const context = { awsRequestId: crypto.randomUUID(), functionName: process.env.AWS_LAMBDA_FUNCTION_NAME };
  try {
    const result = await module[handler]!(JSON.parse(payload), context);
    parentPort!.postMessage({ id, result: JSON.stringify(result ?? null) });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    // As the Node.js runtime of Lambda reports an error.
    const { name: errorType, message: errorMessage, stack = '' } = error;
    const trace = stack === '' ? [] : stack.split('\n');
    parentPort!.postMessage({ id, error: JSON.stringify({ errorType, errorMessage, trace }) });
  }
});
