import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** What a function's worker answers: once that its code is loaded, then one result or error per payload. */
export type WorkerAnswer = { ready: true } | { result: string } | { error: string };

const { file, handler, timeoutSeconds } = workerData as {
  file: string;
  handler: string;
  timeoutSeconds: number;
};
const answer = (message: WorkerAnswer) => parentPort!.postMessage(message);

const module = (await import(pathToFileURL(file).href)) as Record<
  string,
  (event: unknown, context: unknown) => unknown
>;
answer({ ready: true });

parentPort!.on('message', async (payload: string) => {
  const end = Date.now() + timeoutSeconds * 1000;
  const context = {
    awsRequestId: crypto.randomUUID(),
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
  };
  try {
    const result = await module[handler]!(JSON.parse(payload), context);
    answer({ result: JSON.stringify(result ?? null) });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    // As the Node.js runtime of Lambda reports an error.
    const { name: errorType, message: errorMessage, stack = '' } = error;
    const trace = stack === '' ? [] : stack.split('\n');
    answer({ error: JSON.stringify({ errorType, errorMessage, trace }) });
  }
});
