import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesise } from '../../local/synthesise.ts';

declare module 'vitest' {
  interface ProvidedContext {
    assemblyFolder: string;
  }
}

/** The CDK app, synthesised once for the whole test run. */
export default async function setup(project: TestProject) {
  const directory = await mkdtemp(join(tmpdir(), 'csv-import-test-app-'));
  await synthesise(directory);
  project.provide('assemblyFolder', join(directory, 'cdk.out'));
  return () => rm(directory, { recursive: true, force: true });
}
