import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectFolder } from '../../infra/project-context.ts';

/** The template as the CDK command line has it made. */
function synthesise(variables: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'csv-import-target-'));
  try {
    const outdir = join(folder, 'cdk.out');
    execFileSync(process.execPath, ['infra/app.ts'], {
      cwd: projectFolder,
      env: { PATH: process.env.PATH, CDK_OUTDIR: outdir, ...variables },
      stdio: 'pipe',
    });
    const file = readdirSync(outdir).find((name) => name.endsWith('.template.json'))!;
    return readFileSync(join(outdir, file), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('names no region without credentials, for which the command line says us-east-1', () => {
  // Prices on the dashboard name it, too, in a sentence.
  expect(synthesise({ CDK_DEFAULT_REGION: 'us-east-1' })).not.toMatch(/[:"]us-east-1[:"]/);
});
