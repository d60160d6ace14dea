// What tools leave beside the uploads: nobody is told, nothing runs. What is empty or of another kind is told as ever.
import { afterEach, expect, it } from 'vitest';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

let harness: StackHarness;
afterEach(() => harness.close());

it('a folder made in the console, _SUCCESS, .DS_Store and a temporary file: SUCCEEDED and quiet', async () => {
  harness = await createStackHarness();
  for (const [name, content] of [
    ['', ''],
    ['day=1/', ''],
    ['day=1/_SUCCESS', ''],
    ['.DS_Store', 'Bud1'],
    ['_temporary/0/part-0.csv', 'customer_id\n1\n'],
  ] as const) {
    const arn = await harness.upload(name, content);
    const { status, output } = await harness.end(arn);
    expect([name, status, JSON.parse(output!).error.Error]).toEqual([name, 'SUCCEEDED', 'UploadIgnored']);
    expect(await harness.states(arn)).toEqual(['ValidateUpload', 'UploadIgnored']);
  }
  expect(await harness.notifications()).toEqual([]);
  expect(await harness.customerIds()).toEqual([]);

  const empty = await harness.end(await harness.upload('empty.csv', ''));
  expect(empty).toMatchObject({ status: 'FAILED', error: 'EmptyUpload' });
  expect(await harness.notifications()).toHaveLength(1);
});
