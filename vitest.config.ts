import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Packages import each other's sources, so nothing has to be built before a test.
// Otherwise what Node itself goes by: the SDK's `module` condition leads to files that only a bundler can load.
const conditions = ['@outcrop/source', 'node', 'development|production'];

export default defineConfig({
  test: {
    passWithNoTests: true,
    setupFiles: [join(import.meta.dirname, 'vitest.setup.ts')],
    reporters: ['default', 'json'],
    outputFile: { json: '.test-results.json' },
    projects: [
      {
        ssr: { resolve: { conditions } },
        // Only what hangs should fail by time: on a busy machine a property that takes a second takes six.
        test: { name: 'node', include: ['src/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        ssr: { resolve: { conditions } },
        // Starts processes or a browser: one file at a time, with time to do it.
        test: {
          name: 'e2e',
          include: ['src/**/*.e2e.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
