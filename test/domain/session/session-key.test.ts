import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  agentOfKey,
  canonicalKey,
  isCronRunKey,
  isMalformedKey,
  kindOfKey,
  mainSessionKey,
  normalizeAgentId,
} from '../../../src/domain/session/session-key.js'

const space = { defaultAgentId: 'main', scope: 'per-sender' } as const
const globalSpace = { defaultAgentId: 'ops', scope: 'global' } as const

const keyPart = fc.oneof(
  fc.constantFrom('agent', 'main', 'ops', 'dm', 'direct', 'group', 'channel', 'telegram', 'global', 'unknown', '', ' '),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
)
const anyKey = fc.array(keyPart, { maxLength: 6 }).map((parts) => parts.join(':'))

describe('canonicalKey', () => {
  it.each([
    ['main', 'agent:main:main'],
    [' MAIN ', 'agent:main:main'],
    ['work', 'agent:main:work'],
    ['AGENT:main:WORK', 'agent:main:work'],
    ['agent:ops:main', 'agent:ops:main'],
    ['Global', 'global'],
    ['UNKNOWN', 'unknown'],
    ['agent:main:dm:ann', 'agent:main:direct:ann'],
    ['dm:ann', 'agent:main:direct:ann'],
    ['agent:main:telegram:dm:ann', 'agent:main:telegram:direct:ann'],
    ['agent:main:telegram:home:dm:ann', 'agent:main:telegram:home:direct:ann'],
    ['agent:main:discord:channel:dm:thread:5', 'agent:main:discord:channel:dm:thread:5'],
    ['agent:main:dm', 'agent:main:dm'],
    ['agent:main', 'agent:main:agent:main'],
    ['  ', null],
  ])('spells %j as %j', (key, canonical) => {
    expect(canonicalKey(key, space)).toBe(canonical)
  })

  it('makes every main alias one session where the scope is global', () => {
    const aliases = ['main', 'agent:ops:main', 'agent:other:MAIN', 'global']
    expect(aliases.map((key) => canonicalKey(key, globalSpace))).toEqual(['global', 'global', 'global', 'global'])
    expect(mainSessionKey('ops', globalSpace)).toBe('global')
  })

  it.each([space, globalSpace])('changes nothing the second time', (keys) => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const once = canonicalKey(key, keys)
        if (once !== null) expect(canonicalKey(once, keys)).toBe(once)
      }),
      { numRuns: 1_000 },
    )
  })

  it('does not mind white space around it or the case of letters', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z:0-9]{1,12}$/), (key) => {
        expect(canonicalKey(` ${key.toUpperCase()}\t`, space)).toBe(canonicalKey(key, space))
      }),
    )
  })
})

describe('keys', () => {
  it('tell agent, kind and origin', () => {
    expect(agentOfKey('agent:ops:x', space)).toBe('ops')
    expect(agentOfKey('global', space)).toBe('main')
    expect([kindOfKey('global'), kindOfKey('agent:main:discord:channel:1'), kindOfKey('agent:main:main')]).toEqual([
      'global',
      'group',
      'direct',
    ])
    expect(kindOfKey('agent:main:x', 'group')).toBe('group')
    expect(isCronRunKey('agent:main:cron:a:run:1')).toBe(true)
    expect(isCronRunKey('agent:main:cron:a')).toBe(false)
    expect(['agent:', 'agent:main', 'agent:main:', 'agent::x'].every(isMalformedKey)).toBe(true)
    expect(['agent:main:x', 'agents', 'main'].some(isMalformedKey)).toBe(false)
  })

  it('normalise agent ids to a form that stays', () => {
    expect(normalizeAgentId('  My Agent! ')).toBe('my-agent')
    expect(normalizeAgentId('***')).toBe('main')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (name) => {
        const id = normalizeAgentId(name)
        expect(id).toMatch(/^[a-z0-9][a-z0-9_-]{0,63}$/)
        expect(normalizeAgentId(id)).toBe(id)
      }),
    )
  })
})
