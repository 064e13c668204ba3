import { defineConfig } from 'vitest/config';

/** Tests with real servers, engines and the whole program: two files at a time, because most of them wait more than work. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    // A loaded machine is slow, not wrong.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 180_000,
    maxWorkers: 2,
    pool: 'forks',
    reporters: ['default'],
  },
});
