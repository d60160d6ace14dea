import { describe, expect, it } from 'vitest';
import { createCleanup } from '../../local/cleanup.ts';
import { Interrupted, raceAbort } from '../../local/interruption.ts';
import { createSemaphore } from '../../local/semaphore.ts';

describe('cleaning up', () => {
  it('stops in the reverse order, each before the next, once', async () => {
    const order: string[] = [];
    const cleanup = createCleanup();
    for (const name of ['first', 'second']) {
      cleanup.add(async () => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        order.push(name);
      });
    }
    const first = cleanup.run();
    await cleanup.run();
    expect(order).toEqual(['second', 'first']);
    await first;
    expect(order).toHaveLength(2);
  });

  it('goes on where something cannot be stopped, and tells the first of it', async () => {
    const order: string[] = [];
    const cleanup = createCleanup();
    cleanup.add(() => order.push('last'));
    cleanup.add(() => {
      throw new Error('second failure');
    });
    cleanup.add(() => Promise.reject(new Error('first failure')));
    await expect(cleanup.run()).rejects.toThrow('first failure');
    expect(order).toEqual(['last']);
  });
});

describe('an interruption', () => {
  it('ends waiting with its reason, and what is not waited for any more may fail', async () => {
    const controller = new AbortController();
    const work = Promise.withResolvers<string>();
    const waiting = raceAbort(work.promise, controller.signal);
    controller.abort(new Interrupted('SIGTERM'));
    await expect(waiting).rejects.toMatchObject({ exitCode: 143 });
    work.reject(new Error('too late'));
    await expect(raceAbort(Promise.resolve(1), controller.signal)).rejects.toBeInstanceOf(Interrupted);
    expect(await raceAbort(Promise.resolve(1), new AbortController().signal)).toBe(1);
  });
});

describe('semaphore', () => {
  it('let so many through, the others in the order in which they came', async () => {
    const semaphore = createSemaphore(1);
    const order: number[] = [];
    const take = async (n: number) => {
      const giveBack = await semaphore.take();
      order.push(n);
      await new Promise((resolve) => setTimeout(resolve, 1));
      giveBack();
    };
    await Promise.all([take(1), take(2), take(3)]);
    expect(order).toEqual([1, 2, 3]);
  });

  it('are given up by who is told to stop, and lost by nobody', async () => {
    const semaphore = createSemaphore(1);
    const giveBack = await semaphore.take();
    const stop = new AbortController();
    const second = semaphore.take(stop.signal);
    const third = semaphore.take();
    stop.abort(new Error('stopped'));
    await expect(second).rejects.toThrow('stopped');
    await expect(semaphore.take(stop.signal)).rejects.toThrow('stopped');
    giveBack();
    (await third)();
    (await semaphore.take())();
  });
});
