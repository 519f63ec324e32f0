import { describe, expect, it } from 'vitest'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { Cooldowns } from '../../../src/application/models/cooldowns.js'
import { LiveCatalog } from '../../../src/application/models/live-catalog.js'
import { modelStatus } from '../../../src/application/models/model-status.js'
import { RunModels } from '../../../src/application/models/run-models.js'
import type { ProviderFacts } from '../../../src/application/ports/provider-keys.js'
import { LiveConfig } from '../../../src/application/reload/live-config.js'
import { AgentDirectory } from '../../../src/domain/config/agent-directory.js'
import { agentsOf } from '../../../src/domain/config/agents.js'
import { schemaFor } from '../../../src/domain/config/schema-for.js'
import { ManualClock } from '../../doubles/manual-clock.js'

const KNOWN = [
  { id: 'a', name: 'A', provider: 'one', reasoning: true, input: ['text'] },
  { id: 'b', name: 'B', provider: 'two', input: ['text', 'image'] },
]
const PROVIDERS: ProviderFacts[] = [
  {
    id: 'one',
    keys: [{ name: 'ONE_API_KEY', source: 'environment' }],
    isKeyMissing: false,
    keyVariable: 'ONE_API_KEY',
  },
  { id: 'two', keys: [], isKeyMissing: true, keyVariable: 'TWO_API_KEY' },
]
const DEFAULTS = {
  model: { primary: 'one/a', fallbacks: ['two/b'] },
  imageModel: 'two/b',
  models: { 'one/a': { alias: 'quick', params: { temperature: 0 } }, 'two/b': {} },
}

function scene(defaults: object = DEFAULTS) {
  const input = { agents: { defaults } }
  const config = schemaFor(input).parse(input)
  const clock = new ManualClock()
  const secret = { mode: 'none' } as never
  const live = new LiveConfig({ config, secret, hash: 'h', snapshotHash: 's', loadedAt: 0 })
  const keys = { providers: () => PROVIDERS, keysOf: () => [] }
  const catalog = new LiveCatalog(live, { models: () => KNOWN }, keys)
  const agents = new AgentDirectory(agentsOf(config, '/w'), { provider: 'one', model: 'a' })
  const log = new MemoryLog()
  const cooldowns = new Cooldowns({ document: new MemoryDocument(), clock, log })
  return { live, catalog, agents, keys, cooldowns, clock, log, models: new RunModels(live, catalog, agents, log) }
}

describe('models.status', () => {
  it('tells default, fallbacks, names and keys, and which of them rest', () => {
    const parts = scene()
    const failedAt = parts.clock.now()
    parts.cooldowns.failed('one', 'ONE_API_KEY', { code: 'billing', startedAt: failedAt, failedAt })
    expect(modelStatus(parts)).toEqual({
      defaultModel: DEFAULTS.model,
      resolvedDefault: 'one/a',
      fallbacks: ['two/b'],
      imageModel: 'two/b',
      aliases: { quick: 'one/a' },
      allowed: ['one/a', 'two/b'],
      models: [
        { key: 'one/a', ...KNOWN[0], available: true, allowed: true, tags: ['default'], alias: 'quick' },
        { key: 'two/b', ...KNOWN[1], available: false, allowed: true, tags: ['fallback'], alias: null },
      ],
      auth: {
        providers: [
          {
            provider: 'one',
            missing: false,
            keyVariable: 'ONE_API_KEY',
            keys: [
              {
                name: 'ONE_API_KEY',
                source: 'environment',
                cooldown: { reason: 'billing', failures: 1, untilMs: failedAt + 18_000_000 },
              },
            ],
            cooldown: null,
          },
          { provider: 'two', missing: true, keyVariable: 'TWO_API_KEY', keys: [], cooldown: null },
        ],
        missingProvidersInUse: ['two'],
      },
    })
  })
})

describe('the models of a run', () => {
  const question = (session: { providerOverride: string; modelOverride: string } | null, attachments?: object[]) =>
    ({
      run: { runId: 'r', agentId: 'main', request: { message: 'm', attachments } },
      agent: { model: 'one/a', fallbackModels: ['two/b'] },
      session,
    }) as unknown as Parameters<RunModels['modelsFor']>[0]
  const [a, b] = [
    { provider: 'one', model: 'a' },
    { provider: 'two', model: 'b' },
  ]

  it('are the agent’s, the session’s, or what was wished for', () => {
    const { models } = scene()
    expect(models.modelsFor(question(null))).toEqual({ primary: a, fallbacks: [b] })
    expect(models.modelsFor(question({ providerOverride: 'two', modelOverride: 'b' }))).toEqual({
      primary: b,
      fallbacks: [],
    })
    expect(models.modelsFor(question(null), 'quick').primary).toEqual(a)
    expect(models.modelsFor(question(null, [{ mimeType: 'image/png' }])).primary).toEqual(b)
    expect(() => models.modelsFor(question(null), 'one/z')).toThrow(/model not allowed: one\/z/)
  })

  it('pass over what a session may not have any more, and say so', () => {
    const { models, log } = scene()
    expect(models.modelsFor(question({ providerOverride: 'one', modelOverride: 'z' })).primary).toEqual(a)
    expect(log.lines.map(({ message }) => message)).toEqual(['model of the session is passed over'])
  })

  it('think and are set as configured', () => {
    const { models } = scene()
    expect(models.settingsOf(a)).toEqual({ thinking: 'low', params: { temperature: 0 } })
    expect(models.settingsOf(b)).toEqual({})
    expect(scene({ ...DEFAULTS, thinkingDefault: 'high' }).models.settingsOf(b)).toEqual({ thinking: 'high' })
  })
})
