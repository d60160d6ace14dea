import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Real processes, servers and databases: a slow machine must not fail a test. */
const longTimeouts = { testTimeout: 120_000, hookTimeout: 120_000 };
/** Test files share the modules that they import: to load the CDK and the SDK for each file took half of the time. */
const shared = { isolate: false };

/** Lambdas read their environment when they are loaded, so the tests of each need modules of their own. */
const readEnvironmentOnce = ['test/unit/handlers/**/*.test.ts'];
/** They start stacks of their own, from the app that is synthesised once for the run. */
const localCommands = ['test/local/{commands,interrupted-commands}.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', './test/support/slowest-files.ts'],
    // Most files wait for processes of their own most of the time; by default two processors would get one worker.
    maxWorkers: Math.max(6, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,infra,local,workflow}/**/*.test.ts'],
          exclude: [...readEnvironmentOnce, ...localCommands],
          ...longTimeouts,
          ...shared,
        },
      },
      {
        test: { name: 'handlers', include: readEnvironmentOnce, ...longTimeouts },
      },
      {
        test: {
          name: 'database',
          include: ['test/{browser,database,e2e,fuzz}/**/*.test.ts', ...localCommands],
          globalSetup: ['test/support/postgres-server.ts', 'test/support/synthesised-app.ts'],
          ...longTimeouts,
          ...shared,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/*.test.ts'],
          globalSetup: ['test/support/postgres-server.ts', 'test/faults/harness/importer-image.ts'],
          ...longTimeouts,
        },
      },
      {
        test: {
          name: 'history',
          include: ['test/history/*.test.ts'],
          globalSetup: ['test/support/postgres-server.ts'],
          ...longTimeouts,
        },
      },
    ],
  },
});
