import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import { configurations } from './configurations.ts';
import { makeStack } from './make-stack.ts';

const made = new Map<string, Awaited<ReturnType<typeof makeStack>>>();
beforeAll(async () => {
  for (const [name, options] of Object.entries(configurations)) made.set(name, await makeStack(options));
});

/** The same checks, deaf to acknowledgments. */
class Unforgiving extends AwsSolutionsChecks {}
Object.defineProperty(Unforgiving.prototype, 'isAcknowledged', { value: () => false });

/** Rule and reason of each acknowledgment in the app; CDK's own, of other checks, are left out. */
function acknowledgments(app: App): [string, string][] {
  return app.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    .map(([id, reason]): [string, string] => [id.replace(/^annotation::/i, ''), reason])
    .filter(([id]) => id.startsWith('AwsSolutions-'));
}

describe.each(Object.keys(configurations))('cdk-nag: %s', (name) => {
  it('finds nothing that is not acknowledged', () => {
    const { app } = made.get(name)!;
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
  });

  it('has no warning of CDK’s own to add', () => {
    const messages = made
      .get(name)!
      .stack.node.findAll()
      .flatMap(({ node }) => node.metadata);
    expect(messages.filter(({ type }) => /^aws:cdk:(warning|error)$/.test(type))).toEqual([]);
  });

  it('still finds whatever is acknowledged, for which there is a reason', () => {
    const { app } = made.get(name)!;
    const found = new Unforgiving(app).validateScope(app).violations.map(({ ruleName }) => ruleName);
    const acknowledged = acknowledgments(app);
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const [id, reason] of acknowledged) {
      expect(found).toContain(id);
      expect(reason.length, id).toBeGreaterThan(20);
    }
  });
});
