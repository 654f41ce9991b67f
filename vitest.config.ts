import { defineConfig } from 'vitest/config';

export default defineConfig({
  // As Node itself resolves: with Vite's own conditions the sources get graphql's CommonJS copy, and Pothos and Yoga
  // its ESM copy, and neither takes the other's schemas.
  ssr: { resolve: { conditions: ['module-sync', 'node', 'import', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
