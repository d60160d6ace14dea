import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's folder. */
export const projectFolder = join(import.meta.dirname, '..');

/**
 * The context of cdk.json: feature flags and configuration. The CDK command line hands it over, but the local stack
 * and the tests start the app without it and must get the same template.
 */
export function projectContext(): Record<string, unknown> {
  const file = JSON.parse(readFileSync(join(projectFolder, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>;
  };
  return file.context;
}
