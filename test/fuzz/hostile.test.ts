import { expect, inject, it } from 'vitest';
import { runHostileUploads } from './hostile/run.ts';

it('hostile uploads end by themselves, with a name, and half-load nothing', async () => {
  // A thousand of them are `npm run fuzz -- --hostile`. Always the same here, so that a build does not fail by chance.
  const server = inject('postgresUrl');
  const { uploads, failures } = await runHostileUploads({
    rounds: 60,
    seed: 1,
    seconds: 25,
    processes: 3,
    server,
  });
  expect(failures).toEqual([]);
  expect(uploads).toBeGreaterThan(5);
});
