import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../infra/project-context.ts';
import { configurations, existingEverything } from './configurations.ts';
import { makeStack } from './make-stack.ts';

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

describe.each(Object.entries(configurations))('without credentials: %s', (_, options) => {
  it('fits any account and region, and needs nothing of an account', async () => {
    const { app, stack, template } = await makeStack(options);
    expect(app.synth().manifest.missing ?? []).toEqual([]);
    expect(stack.environment).toBe('aws://unknown-account/unknown-region');
    // Prices on the dashboard name a region, in a sentence.
    expect(JSON.stringify(template.toJSON())).not.toMatch(/[:"]us-east-1[:"\\]/);
  });
});

const env = { account: '111122223333', region: 'eu-west-1' };

it.each(['by default', 'prod', 'existing everything, with containers of one’s own'])(
  'with credentials it looks up the zones of the region at most: %s',
  async (name) => {
    const { app } = await makeStack({ ...configurations[name], env });
    const providers = (app.synth().manifest.missing ?? []).map(({ provider }) => provider);
    expect(providers.filter((provider) => provider !== 'availability-zones')).toEqual([]);
  },
);

it.each([
  { ...env, region: 'eu-central-1' },
  { ...env, account: '444455556666' },
])('refuses a topic of another account or region than %o, by its setting', async (other) => {
  const making = makeStack({ config: existingEverything, env: other });
  await expect(making).rejects.toMatchObject({
    name: 'DefinitionInvalid',
    message: expect.stringMatching(
      `setting "notifications.topicArn", value "arn:.*account ${other.account} in ${other.region}`,
    ),
  });
});
