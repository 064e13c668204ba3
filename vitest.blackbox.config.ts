import { defineConfig } from 'vitest/config';

/** Tests with real servers, engines and the whole program: one file at a time, because each may use all cores. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    // A loaded machine is slow, not wrong.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 180_000,
    fileParallelism: false,
    pool: 'forks',
    reporters: ['default'],
  },
});
