import process from 'node:process'
import { defineConfig } from 'vitest/config'

const long = process.env['PILOTHOUSE_LONG'] === '1'
const longTests = long ? [] : ['**/*.long.test.ts']

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    passWithNoTests: false,
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: longTests,
    globalSetup: 'test/support/globalSetup.ts',
    setupFiles: long ? ['test/support/longProperties.ts'] : [],
  },
})
