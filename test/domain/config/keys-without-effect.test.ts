import { describe, expect, it } from 'vitest'
import { checkConfig } from '../../../src/domain/config/check-config.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { writtenSecret } from '../../../src/domain/config/secret-field.js'

const schema = gatewayConfigSchema(writtenSecret)
const check = (value: object) => checkConfig(schema, value, schema.safeParse(value) as never)
const warned = (value: object) => check(value).warnings.map(({ problem: { path, message } }) => `${path}: ${message}`)

describe('keys without effect', () => {
  it.each([
    { cron: { enabled: true } },
    { agents: { defaults: { heartbeat: { every: '10m' } } } },
    { agents: { list: [{ id: 'a', heartbeat: { every: '10m' } }] } },
    { session: { threadBindings: { enabled: false } } },
    { tools: { web: { search: { enabled: false } } } },
    { channels: { telegram: { accounts: { a: { actions: { reactions: false } } } } } },
    { skills: { entries: { x: { enabled: true } } } },
    { gateway: { nodes: { denyCommands: ['x'] } } },
  ])('are named when they are used: %j', (value) => {
    expect(warned(value)).toEqual([expect.stringMatching(/: without effect in this version$/)])
  })

  it('are named in one warning, by the place that says it all', () => {
    expect(warned({ cron: { maxConcurrentRuns: 2 }, discovery: { wideArea: { enabled: true } } })).toEqual([
      'cron.maxConcurrentRuns: without effect in this version, like discovery.wideArea',
    ])
  })

  it('are checked all the same', () => {
    const { config, problems } = check({ cron: { maxConcurrentRuns: 'two' } })
    expect(config).toBeNull()
    expect(problems.map(({ problem }) => problem.path)).toEqual(['cron.maxConcurrentRuns'])
  })

  it('are no reason to complain while nobody uses them', () => {
    expect(warned({})).toEqual([])
    expect(warned({ gateway: { port: 1 }, agents: { list: [{ id: 'a' }] }, channels: { telegram: {} } })).toEqual([])
  })
})
