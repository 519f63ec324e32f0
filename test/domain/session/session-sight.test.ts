import { describe, expect, it } from 'vitest'
import { mayMeet, maySee, type SessionVisibility, type SightRules } from '../../../src/domain/session/session-sight.js'

const rules = (visibility: SessionVisibility, agentToAgent: Partial<SightRules['agentToAgent']> = {}): SightRules => ({
  visibility,
  agentToAgent: { enabled: false, allow: [], ...agentToAgent },
})
const viewer = { sessionKey: 'agent:main:main', agentId: 'main' }
const others = {
  own: { key: 'agent:main:main', agentId: 'main' },
  child: { key: 'agent:work:subagent:1', agentId: 'work' },
  sibling: { key: 'agent:main:other', agentId: 'main' },
  foreign: { key: 'agent:work:main', agentId: 'work' },
}
const seen = (by: SightRules, who: { sessionKey: string | null; agentId: string } = viewer) =>
  Object.entries(others).flatMap(([name, other]) =>
    maySee(who, other, name === 'child' ? ['agent:x:y', 'agent:main:main'] : [], by) ? [name] : [],
  )

describe('sight', () => {
  it.each([
    ['self', ['own']],
    ['tree', ['own', 'child']],
    ['agent', ['own', 'child', 'sibling']],
    ['all', ['own', 'child', 'sibling']],
  ] as const)('%s shows %j', (visibility, expected) => expect(seen(rules(visibility))).toEqual(expected))

  it('reaches other agents only where agents may meet', () => {
    expect(seen(rules('all', { enabled: true }))).toContain('foreign')
    expect(seen(rules('agent', { enabled: true }))).not.toContain('foreign')
    expect(seen(rules('all', { enabled: true, allow: ['main'] }))).not.toContain('foreign')
  })

  it('of a run without a session is nothing but its agent’s', () => {
    const nobody = { sessionKey: null, agentId: 'main' }
    expect(seen(rules('tree'), nobody)).toEqual([])
    expect(seen(rules('agent'), nobody)).toEqual(['own', 'sibling'])
  })

  it.each([
    [['*'], true],
    [['main', 'w*k'], true],
    [['main', 'w*'], true],
    [['main', '*o*k*'], true],
    [['main', 'w*rk*rk'], false],
    [['main', 'wor'], false],
    [['work'], false],
  ])('meeting by %j is %s', (allow, expected) => {
    expect(mayMeet('main', 'work', rules('all', { enabled: true, allow }))).toBe(expected)
  })
})
