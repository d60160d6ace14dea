import { defineConfig } from 'vitest/config';

/** Real processes, servers and databases: a slow machine must not fail a test. */
const patient = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,infra,local,workflow}/**/*.test.ts'],
          ...patient,
        },
      },
      {
        test: {
          name: 'database',
          include: ['test/{database,e2e,fuzz}/**/*.test.ts'],
          globalSetup: ['test/support/postgres-server.ts', 'test/support/synthesised-app.ts'],
          ...patient,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/*.test.ts'],
          globalSetup: ['test/support/postgres-server.ts', 'test/faults/harness/importer-image.ts'],
          ...patient,
        },
      },
    ],
  },
});
