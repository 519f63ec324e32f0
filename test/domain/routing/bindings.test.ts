import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ROUTE_TIERS, type RoutedMessage, route } from '../../../src/domain/routing/bindings.js'

type Config = Parameters<typeof route>[1]
type Binding = Config['bindings'][number]
type Match = Binding['match']

function config(bindings: readonly Binding[], list: readonly { id: string; default?: boolean }[] = []): Config {
  return {
    bindings,
    agents: { list },
    session: { scope: 'per-sender', dmScope: 'per-channel-peer', identityLinks: {} },
  } as unknown as Config
}

function bound(agentId: string, match: Match): Binding {
  return { agentId, match } as Binding
}

/** Fits every binding below. */
const MESSAGE: RoutedMessage = {
  channel: 'discord',
  accountId: 'work',
  kind: 'channel',
  peerId: 'room',
  branch: { kind: 'thread', id: 't1' },
  guildId: 'guild',
  teamId: 'team',
  roles: ['admin', 'dev'],
}

/** One binding for each tier, most exact first. */
const BY_TIER: readonly Match[] = [
  { channel: 'discord', accountId: 'work', peer: { kind: 'channel', id: 't1' } },
  { channel: 'discord', accountId: 'work', peer: { kind: 'channel', id: 'room' } },
  { channel: 'discord', accountId: 'work', guildId: 'guild', roles: ['x', 'dev'] },
  { channel: 'discord', accountId: 'work', guildId: 'guild' },
  { channel: 'discord', accountId: 'work', teamId: 'team' },
  { channel: 'discord', accountId: 'work' },
  { channel: 'discord', accountId: '*' },
] as Match[]

describe('routing by bindings', () => {
  it.each(BY_TIER.map((match, at) => [ROUTE_TIERS[at], match] as const))('finds %s', (tier, match) => {
    expect(route(MESSAGE, config([bound('Ops', match)]))).toEqual({
      agentId: 'ops',
      matchedBy: tier,
      bindingIndex: 0,
      sessionKey: 'agent:ops:discord:channel:room:thread:t1',
    })
  })

  it('tries tiers in order wherever their bindings stand, and within a tier the first of the file', () => {
    const tier = fc.integer({ min: 0, max: BY_TIER.length - 1 })
    fc.assert(
      fc.property(fc.array(tier, { minLength: 1, maxLength: 12 }), (tiers) => {
        const bindings = tiers.map((at, index) => bound(`a${index}`, BY_TIER[at] as Match))
        const best = Math.min(...tiers)
        const first = tiers.indexOf(best)
        expect(route(MESSAGE, config(bindings))).toMatchObject({
          agentId: `a${first}`,
          matchedBy: ROUTE_TIERS[best],
          bindingIndex: first,
        })
      }),
    )
  })

  it('counts a binding only if everything it names is so', () => {
    const wrong: readonly Partial<Match>[] = [
      { channel: 'slack' },
      { accountId: 'home' },
      { guildId: 'elsewhere' },
      { teamId: 'elsewhere' },
      { roles: ['guest'] },
      { peer: { kind: 'channel', id: 'elsewhere' } },
      { peer: { kind: 'group', id: 'room' } },
    ] as Partial<Match>[]
    fc.assert(
      fc.property(fc.constantFrom(...BY_TIER), fc.subarray([...wrong], { minLength: 1 }), (match, changes) => {
        const spoilt = Object.assign({}, match, ...changes) as Match
        expect(route(MESSAGE, config([bound('ops', spoilt)]))).toMatchObject({
          agentId: 'main',
          matchedBy: 'default',
          bindingIndex: null,
        })
      }),
    )
  })

  it('means the default account when a binding names none', () => {
    const bindings = [bound('ops', { channel: 'irc' } as Match)]
    const message: RoutedMessage = { channel: 'irc', kind: 'direct', peerId: 'bob' }
    expect(route(message, config(bindings)).matchedBy).toBe('binding.account')
    expect(route({ ...message, accountId: 'default' }, config(bindings)).matchedBy).toBe('binding.account')
    expect(route({ ...message, accountId: 'work' }, config(bindings)).matchedBy).toBe('default')
  })

  it('reads dm as direct', () => {
    const bindings = [bound('ops', { channel: 'irc', peer: { kind: 'dm', id: 'bob' } } as Match)]
    expect(route({ channel: 'irc', kind: 'direct', peerId: 'bob' }, config(bindings)).matchedBy).toBe('binding.peer')
  })

  it('falls back to the agent marked as default, else the first, else main', () => {
    const message: RoutedMessage = { channel: 'irc', kind: 'direct', peerId: 'bob' }
    expect(route(message, config([], [{ id: 'a' }, { id: 'b', default: true }])).agentId).toBe('b')
    expect(route(message, config([], [{ id: 'a' }, { id: 'b' }])).agentId).toBe('a')
    expect(route(message, config([])).agentId).toBe('main')
  })

  it('has no session for a message without a sender', () => {
    expect(route({ channel: 'irc', kind: 'direct', peerId: '' }, config([])).sessionKey).toBeNull()
  })
})
