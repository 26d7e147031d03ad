import { defineConfig } from 'vitest/config';

// The tiers. `unit` needs no root, no network and no real time; `netns` makes network namespaces of its own
// (root); `kernel` boots a kernel with ip_vs as a process (user-mode-linux). scripts/tiers.mjs decides what can run.
const env = { TZ: 'UTC', LANG: 'C.UTF-8', FORCE_COLOR: '2', NODE_ENV: 'production' };

export default defineConfig({
  test: {
    projects: [
      {
        // React is its production build here, as in the program: that one has no development JSX.
        oxc: { jsx: { development: false } },
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/{netns,interop,kernel,e2e}/**'],
          env,
          pool: 'forks',
          maxWorkers: 2,
          // A machine that does other things is no failure: what hangs is found all the same.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'netns',
          include: ['test/{netns,interop,e2e}/**/*.test.{ts,tsx}'],
          env,
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // Elections at 100 ms beside each other: more of them on two cores would time out for each other's sake.
          maxConcurrency: 2,
        },
      },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          env,
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
