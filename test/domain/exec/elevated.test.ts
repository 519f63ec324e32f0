import { describe, expect, it } from 'vitest'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { mayElevate } from '../../../src/domain/exec/elevated.js'

const may = (elevated: object, sender: object, own?: object) =>
  mayElevate(
    gatewayConfigSchema().parse({
      tools: { elevated },
      agents: { list: [{ id: 'Ops', ...(own === undefined ? {} : { tools: { elevated: own } }) }] },
    }),
    'ops',
    { isOwner: false, ...sender },
  )

describe('who may elevate commands', () => {
  it('nobody on a channel without an entry, and owners elsewhere', () => {
    expect(may({}, { channel: 'irc', id: 'bob', isOwner: true })).toBe(false)
    expect(may({}, { isOwner: true })).toBe(true)
    expect(may({}, {})).toBe(false)
    expect(may({ enabled: false }, { isOwner: true })).toBe(false)
  })

  it('those who are listed for their channel, and for no other', () => {
    const elevated = { allowFrom: { irc: ['bob'], slack: ['*'] } }
    expect(may(elevated, { channel: 'irc', id: 'bob' })).toBe(true)
    expect(may(elevated, { channel: 'irc', id: 'eve' })).toBe(false)
    expect(may(elevated, { channel: 'irc' })).toBe(false)
    expect(may(elevated, { channel: 'slack' })).toBe(true)
    expect(may(elevated, { channel: 'constructor', id: 'bob' })).toBe(false)
  })

  it('fewer where the agent has a list of its own', () => {
    const elevated = { allowFrom: { irc: ['bob', 'eve'] } }
    const bob = { channel: 'irc', id: 'bob' }
    expect(may(elevated, bob, { allowFrom: { irc: ['bob'] } })).toBe(true)
    expect(may(elevated, bob, { allowFrom: { irc: ['eve'] } })).toBe(false)
    expect(may(elevated, bob, { allowFrom: { slack: ['bob'] } })).toBe(false)
    expect(may(elevated, bob, { enabled: true })).toBe(true)
    expect(may(elevated, bob, { enabled: false })).toBe(false)
    expect(may({}, bob, { allowFrom: { irc: ['bob'] } })).toBe(false)
  })
})
