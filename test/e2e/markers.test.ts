// What tools leave beside the uploads: nobody is told, nothing runs. What is empty or of another kind is told as ever.
import { afterEach, expect, it } from 'vitest';
import { createStackBench, type StackBench } from './stack-bench.ts';

let bench: StackBench;
afterEach(() => bench.close());

it('a folder made in the console, _SUCCESS, .DS_Store and a temporary file: SUCCEEDED and quiet', async () => {
  bench = await createStackBench();
  for (const [name, content] of [
    ['', ''],
    ['day=1/', ''],
    ['day=1/_SUCCESS', ''],
    ['.DS_Store', 'Bud1'],
    ['_temporary/0/part-0.csv', 'customer_id\n1\n'],
  ] as const) {
    const arn = await bench.upload(name, content);
    const { status, output } = await bench.end(arn);
    expect([name, status, JSON.parse(output!).error.Error]).toEqual([name, 'SUCCEEDED', 'UploadIgnored']);
    expect(await bench.states(arn)).toEqual(['ValidateUpload', 'UploadIgnored']);
  }
  expect(await bench.notifications()).toEqual([]);
  expect(await bench.customerIds()).toEqual([]);

  const empty = await bench.end(await bench.upload('empty.csv', ''));
  expect(empty).toMatchObject({ status: 'FAILED', error: 'EmptyUpload' });
  expect(await bench.notifications()).toHaveLength(1);
});
