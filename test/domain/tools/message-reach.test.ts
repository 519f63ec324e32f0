import { describe, expect, it } from 'vitest'
import { messagePlaceOf, outOfReach } from '../../../src/domain/tools/message-reach.js'

const STANDARD = { allowWithinProvider: true, allowAcrossProviders: false }
const HERE = { channel: 'telegram', to: '-100' }

describe('where a run talks', () => {
  it('is the chat of its message, of its key, or none', () => {
    expect(messagePlaceOf(undefined, 'agent:main:main', { lastChannel: 'telegram', lastTo: '1' })).toBeNull()
    expect(messagePlaceOf('telegram', 'agent:main:main', { lastChannel: 'telegram', lastTo: '1' })).toEqual({
      channel: 'telegram',
      to: '1',
    })
    expect(messagePlaceOf('irc', 'agent:main:main', { lastChannel: 'telegram', lastTo: '1' })).toEqual({
      channel: 'irc',
      to: undefined,
    })
    expect(messagePlaceOf(undefined, 'agent:main:telegram:group:-100', null)).toEqual(HERE)
    expect(messagePlaceOf('telegram', null, null)).toEqual({ channel: 'telegram', to: undefined })
  })
})

describe('where a run may send messages', () => {
  it('anywhere when it talks in no chat', () => {
    expect(outOfReach({ channel: 'slack', to: 'C1' }, null, STANDARD)).toBeNull()
  })

  it('to its own channel, and to others only where that is allowed', () => {
    expect(outOfReach({ channel: 'Telegram', to: '7' }, HERE, STANDARD)).toBeNull()
    expect(outOfReach({ channel: 'slack', to: 'C1' }, HERE, STANDARD)).toMatch(/allowAcrossProviders/)
    expect(outOfReach({ channel: 'slack', to: 'C1' }, HERE, { ...STANDARD, allowAcrossProviders: true })).toBeNull()
  })

  it('only to its own chat where other chats of the channel are closed', () => {
    const rules = { ...STANDARD, allowWithinProvider: false }
    expect(outOfReach({ channel: 'telegram', to: '-100' }, HERE, rules)).toBeNull()
    expect(outOfReach({ channel: 'telegram', to: '7' }, HERE, rules)).toMatch(/allowWithinProvider/)
    expect(outOfReach({ channel: 'telegram', to: '7' }, { channel: 'telegram' }, rules)).toMatch(/allowWithinProvider/)
  })
})
