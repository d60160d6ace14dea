import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { project } from '../../support/copy-project.ts';

const commandLines = [
  'operator/main.ts',
  'local/main.ts',
  'bench/main.ts',
  'test/faults/main.ts',
  'test/fuzz/main.ts',
  'test/history/main.ts',
  'test/mutants/main.ts',
];

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe.each(commandLines)('the command line of %s', (main) => {
  it('ends with 64 for wrong usage, and says what is wrong', () => {
    expect(run(main, '--no-such-option')).toMatchObject({
      status: 64,
      stdout: '',
      stderr: expect.stringContaining("unknown option '--no-such-option'"),
    });
  });

  it('explains itself', () => {
    expect(run(main, '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Usage: /),
      stderr: '',
    });
  });
});
