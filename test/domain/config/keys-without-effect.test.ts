import { describe, expect, it } from 'vitest'
import { checkConfig } from '../../../src/domain/config/check-config.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { writtenSecret } from '../../../src/domain/config/secret-field.js'

const schema = gatewayConfigSchema(writtenSecret)
const check = (value: object) => checkConfig(schema, value, schema.safeParse(value) as never)
const warned = (value: object) => check(value).warnings.map(({ problem: { path, message } }) => `${path}: ${message}`)

describe('keys without effect', () => {
  it.each([
    { hooks: { internal: { enabled: false } } },
    { agents: { defaults: { heartbeat: { includeReasoning: true } } } },
    { agents: { list: [{ id: 'a', heartbeat: { suppressToolErrorWarnings: true } }] } },
    { session: { threadBindings: { enabled: false } } },
    { tools: { web: { search: { enabled: false } } } },
    { channels: { telegram: { accounts: { a: { actions: { reactions: false } } } } } },
    { skills: { entries: { x: { enabled: true } } } },
    { gateway: { nodes: { denyCommands: ['x'] } } },
  ])('are named when they are used: %j', (value) => {
    expect(warned(value)).toEqual([expect.stringMatching(/: without effect in this version$/)])
  })

  it('are named in one warning, by the place that says it all', () => {
    expect(warned({ tools: { exec: { node: 'x' } }, discovery: { wideArea: { enabled: true } } })).toEqual([
      'tools.exec.node: without effect in this version, like discovery.wideArea',
    ])
  })

  it('are checked all the same', () => {
    const { config, problems } = check({ agents: { defaults: { imageMaxDimensionPx: 'two' } } })
    expect(config).toBeNull()
    expect(problems.map(({ problem }) => problem.path)).toEqual(['agents.defaults.imageMaxDimensionPx'])
  })

  it('are no reason to complain while nobody uses them', () => {
    expect(warned({})).toEqual([])
    expect(warned({ gateway: { port: 1 }, agents: { list: [{ id: 'a' }] }, channels: { telegram: {} } })).toEqual([])
  })
})
