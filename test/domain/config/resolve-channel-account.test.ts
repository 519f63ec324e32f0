import { describe, expect, it } from 'vitest'
import { agentsOf } from '../../../src/domain/config/agents.js'
import { durationMs } from '../../../src/domain/config/duration.js'
import { accountIdsOf, resolveChannelAccount } from '../../../src/domain/config/resolve-channel-account.js'
import { schemaFor } from '../../../src/domain/config/schema-for.js'
import { sizeBytes } from '../../../src/domain/config/size.js'

const configOf = (input: unknown) => schemaFor(input).parse(input)

describe('an account', () => {
  const config = configOf({
    channels: {
      defaults: { groupPolicy: 'open', heartbeat: { showOk: true } },
      telegram: {
        dmPolicy: 'allowlist',
        allowFrom: [7],
        groups: { a: {}, b: {} },
        retry: { attempts: 9 },
        heartbeat: { showAlerts: false },
        accounts: {
          work: { groups: { c: {} }, retry: { jitter: 0 }, groupPolicy: 'disabled' },
          home: { enabled: false },
        },
      },
      irc: { tls: false },
      slack: {},
    },
    messages: { responsePrefix: 'global', groupChat: { historyLimit: 3 } },
  })

  it('inherits from its channel before any default', () => {
    const work = resolveChannelAccount(config, 'telegram', 'work')!
    expect(work).toMatchObject({
      accountId: 'work',
      name: 'work',
      enabled: true,
      dmPolicy: 'allowlist',
      allowFrom: ['7'],
      groupAllowFrom: ['7'],
      groupPolicy: 'disabled',
      textChunkLimit: 4000,
      historyLimit: 3,
      responsePrefix: 'global',
      linkPreview: true,
    })
  })

  it('replaces maps of chats as a whole, and other groups of keys key by key', () => {
    const work = resolveChannelAccount(config, 'telegram', 'work')!
    expect(work.groups).toEqual({ c: {} })
    expect(work.retry).toEqual({ attempts: 9, minDelayMs: 400, maxDelayMs: 30_000, jitter: 0 })
    expect(work.heartbeat).toEqual({ showOk: true, showAlerts: false, useIndicator: true })
    expect(resolveChannelAccount(config, 'telegram', 'home')!.groups).toEqual({ a: {}, b: {} })
  })

  it('takes channels.defaults where neither it nor its channel says anything', () => {
    expect(resolveChannelAccount(config, 'telegram', 'home')!.groupPolicy).toBe('open')
    expect(resolveChannelAccount(config, 'irc', 'default')!.groupPolicy).toBe('open')
  })

  it('has built-in values of its kind', () => {
    expect(resolveChannelAccount(config, 'irc', 'default')).toMatchObject({
      port: 6667,
      dmPolicy: 'pairing',
      allowFrom: [],
    })
    expect(resolveChannelAccount(config, 'slack', 'default')).toMatchObject({ streaming: 'partial', mediaMaxMb: 20 })
  })

  it('is the one named default unless the channel has accounts', () => {
    expect(accountIdsOf(config, 'telegram')).toEqual(['work', 'home'])
    expect(accountIdsOf(config, 'irc')).toEqual(['default'])
    expect(accountIdsOf(config, 'discord')).toEqual([])
    expect(resolveChannelAccount(config, 'telegram', 'default')).toBeNull()
    expect(resolveChannelAccount(config, 'discord', 'default')).toBeNull()
    expect(resolveChannelAccount(config, 'telegram', 'home')!.enabled).toBe(false)
  })
})

describe('models of an agent', () => {
  it('a text replaces the primary only, a map both; aliases stand for their models', () => {
    const config = configOf({
      agents: {
        defaults: {
          model: { primary: 'openai/a', fallbacks: ['quick'] },
          models: { 'openai/q': { alias: 'Quick' } },
        },
        list: [{ id: 'x' }, { id: 'y', model: 'quick' }, { id: 'z', model: { primary: 'openai/c', fallbacks: [] } }],
      },
    })
    const models = agentsOf(config, '/w').map(({ model, fallbackModels = [] }) => [model, ...fallbackModels])
    expect(models).toEqual([['openai/a', 'openai/q'], ['openai/q', 'openai/q'], ['openai/c']])
  })
})

describe('durations and sizes', () => {
  it.each([
    ['250ms', 'm', 250],
    ['30s', 'm', 30_000],
    ['1h30m', 'm', 5_400_000],
    ['1.5h', 'm', 5_400_000],
    ['7d', 'm', 604_800_000],
    [30, 'm', 1_800_000],
    ['30', 'm', 1_800_000],
    [0, 'm', 0],
    [' 2 H ', 's', 7_200_000],
  ] as const)('%s (unit %s) is %i milliseconds', (value, unit, expected) =>
    expect(durationMs(value, unit)).toBe(expected),
  )

  it.each(['', ' ', 'soon', '5x', '1h x', '-5m'])('%j is no duration', (value) => {
    expect(() => durationMs(value, 'm')).toThrow(RangeError)
    expect(schemaFor({ session: {} }).safeParse({ session: { maintenance: { pruneAfter: value } } }).success).toBe(
      false,
    )
  })

  it.each([
    ['512b', 512],
    ['64kb', 65_536],
    ['10MB', 10_485_760],
    ['1.5 gb', 1_610_612_736],
    ['77', 77],
    [5, 5],
  ])('%s is %i bytes', (value, expected) => expect(sizeBytes(value)).toBe(expected))

  it.each(['', 'kb', '5tb', '-1kb'])('%j is no size', (value) => expect(() => sizeBytes(value)).toThrow(RangeError))
})
