import { defineConfig } from 'vitest/config'

const shared = { hookTimeout: 30_000, pool: 'forks' as const }
/** The gateway as it is built, under load, once with each network engine. */
const underLoad = ['uws', 'ws'].map((engine) => ({
  test: { ...shared, name: engine, include: ['test/stress/**/*.test.ts'], env: { MAYROS_ENGINE: engine } },
}))
/** The transports within this process, held to their promises over lines that are cut up, late and half dead. */
const promises = {
  test: {
    ...shared,
    name: 'transports',
    include: ['test/adapters/transport-stress.test.ts'],
    env: { STRESS_ROUNDS: process.env.STRESS_ROUNDS ?? '3' },
    testTimeout: 120_000,
  },
}

/** One scenario at a time; ends with a table of figures. */
export default defineConfig({
  test: {
    fileParallelism: false,
    maxWorkers: 1,
    disableConsoleIntercept: true,
    globalSetup: ['test/stress/harness/print-table.ts'],
    projects: [...underLoad, promises],
  },
})
