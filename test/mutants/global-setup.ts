import type { TestProject } from 'vitest/node';
import synthesiseApp from '../support/synthesised-app.ts';

/** Provides the PostgreSQL of the whole mutation run, and the app as the mutant makes it where a test wants it. */
export default async function setup(project: TestProject): Promise<undefined | (() => Promise<void>)> {
  project.provide('postgresUrl', process.env.MUTANTS_POSTGRES_URL!);
  if (process.env.MUTANTS_SYNTHESISE === 'true') return synthesiseApp(project);
}
