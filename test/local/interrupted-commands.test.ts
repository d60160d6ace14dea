import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { project } from '../support/copy-project.ts';
import { LocalCommands, writeLargeFile } from './run-command.ts';

let commands: LocalCommands;
beforeEach(() => {
  commands = new LocalCommands();
});

describe('npm run import', () => {
  it.each([
    ['SIGINT', 130, 'starting the local stack'],
    ['SIGTERM', 143, 'RunImporter'],
    ['SIGHUP', 129, 'RunImporter'],
  ] as const)(
    '%s: stops everything that it has started, exit code %i, after "%s"',
    async (signal, code, after) => {
      const { child, ended, says } = commands.start(['import', writeLargeFile()], {
        synthesise: after === 'starting the local stack',
      });
      await says(after);
      await new Promise((resolve) => setTimeout(resolve, 700));
      if (after === 'RunImporter') expect(commands.leftOver().join()).toContain('/bin/postgres -D');
      child.kill(signal);
      // npm passes on what the terminal has sent already.
      child.kill(signal);
      expect(await ended).toMatchObject({ code, stderr: '' });
      expect(commands.leftOver()).toEqual([]);
      expect(
        existsSync(join(commands.directory, 'stack.lock')) ||
          existsSync(join(commands.directory, 'stack.json')),
      ).toBe(false);
    },
  );

  it('through a stack that is running: it goes on without whoever asked for it', async () => {
    const stack = commands.start(['start']);
    await stack.says('Ctrl-C stops it');
    const importing = commands.start(['import', writeLargeFile()]);
    await importing.says('RunImporter');
    importing.child.kill('SIGINT');
    const { code, stdout } = await importing.ended;
    expect([code, stdout]).toEqual([
      130,
      expect.stringContaining('The running stack goes on with the import.'),
    ]);
    await stack.says('SUCCEEDED');

    const other = await commands.start(['import', join(project, 'samples/customers.csv')], {
      env: { DATABASE_URL: 'postgres://somewhere/else' },
    }).ended;
    expect(other).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/DATABASE_URL is not the database of the local stack that is running/),
    });
    stack.child.kill('SIGTERM');
    expect(await stack.ended).toMatchObject({ code: 0, stderr: '' });
    expect(commands.leftOver()).toEqual([]);
  });
});

describe('npm run local', () => {
  it('Ctrl-C while it starts ends it like any other', async () => {
    const stack = commands.start(['start'], { synthesise: true });
    await stack.says('starting the local stack');
    stack.child.kill('SIGINT');
    expect(await stack.ended).toMatchObject({ code: 0, stderr: '' });
    expect(commands.leftOver()).toEqual([]);
  });
});
