import { defineConfig } from 'vitest/config';

process.env['APOLLO_TELEMETRY_DISABLED'] = '1';

export default defineConfig({
  // One graphql: packages outside the tests load its CommonJS build, so the tests must not load its module build.
  resolve: {
    alias: [{ find: /^graphql$/, replacement: new URL('./node_modules/graphql/index.js', import.meta.url).pathname }],
  },
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    globalSetup: 'tests/global-setup.ts',
    pool: 'forks',
    // Generous: a machine of two cores that does other work too must not fail a test that is merely slow.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 20_000 } },
    env: { APOLLO_TELEMETRY_DISABLED: '1' },
  },
});
