import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HookTargetQuestion, type HookTargetRules, hookTarget } from '../../../src/domain/hooks/hook-target.js'

const known = {
  space: { defaultAgentId: 'main', scope: 'per-sender' as const },
  hasAgent: (id: string) => ['main', 'work'].includes(id),
}

function target(question: Partial<HookTargetQuestion> = {}, rules: Partial<HookTargetRules> = {}) {
  return hookTarget(
    { chosenBy: 'request', ownName: '1234', ...question },
    { allowRequestSessionKey: false, ...rules },
    known,
  )
}

const found = (agentId: string, sessionKey: string) => ({ ok: true, agentId, sessionKey })
const refused = (error: RegExp) => ({ ok: false, error: expect.stringMatching(error) })

describe('hookTarget', () => {
  it('gives every call a session of its own', () => {
    expect(target()).toEqual(found('main', 'agent:main:hook:1234'))
    expect(target({ agentId: 'Work' })).toEqual(found('work', 'agent:work:hook:1234'))
    expect(target({}, { defaultSessionKey: 'hook:all' })).toEqual(found('main', 'agent:main:hook:all'))
  })

  it('takes the default agent for one that does not exist', () => {
    expect(target({ agentId: 'nobody' })).toEqual(found('main', 'agent:main:hook:1234'))
  })

  it('takes sessions from requests only where that is allowed', () => {
    const sessionKey = 'hook:mine'
    expect(target({ sessionKey })).toEqual(refused(/hooks\.allowRequestSessionKey/))
    expect(target({ sessionKey }, { allowRequestSessionKey: true })).toEqual(found('main', 'agent:main:hook:mine'))
    expect(target({ sessionKey, chosenBy: 'operator' })).toEqual(found('main', 'agent:main:hook:mine'))
  })

  it('holds every session against the prefixes', () => {
    const rules = { allowRequestSessionKey: true, allowedSessionKeyPrefixes: ['hook:'] }
    expect(target({ sessionKey: 'HOOK:x' }, rules)).toEqual(found('main', 'agent:main:hook:x'))
    expect(target({ sessionKey: 'agent:work:hook:x' }, rules)).toEqual(found('work', 'agent:work:hook:x'))
    for (const sessionKey of ['main', 'global', 'agent:main:main', 'x:hook:', 'agent:hook:main']) {
      expect(target({ sessionKey }, rules)).toMatchObject({ ok: false })
      expect(target({ sessionKey, chosenBy: 'operator' }, rules)).toMatchObject({ ok: false })
    }
  })

  it('asks only agents that are allowed, however they are named', () => {
    const rules = { allowedAgentIds: ['work'], allowRequestSessionKey: true }
    const error = /hooks\.allowedAgentIds/
    expect(target({ agentId: 'work' }, rules)).toEqual(found('work', 'agent:work:hook:1234'))
    expect(target({}, rules)).toEqual(refused(error))
    expect(target({ agentId: 'nobody' }, rules)).toEqual(refused(error))
    expect(target({ sessionKey: 'agent:main:hook:1' }, rules)).toEqual(refused(error))
    expect(target({ agentId: 'work' }, { allowedAgentIds: [] })).toEqual(refused(error))
    expect(target({ agentId: 'work' }, { allowedAgentIds: ['*'] })).toMatchObject({ ok: true })
  })

  it('refuses keys that contradict themselves or name nobody', () => {
    const rules = { allowRequestSessionKey: true }
    expect(target({ sessionKey: 'agent:work:x', agentId: 'main' }, rules)).toEqual(refused(/another agent/))
    expect(target({ sessionKey: 'agent:nobody:x' }, rules)).toEqual(refused(/does not exist/))
    expect(target({ sessionKey: 'agent:work' }, rules)).toEqual(refused(/malformed/))
    expect(target({ sessionKey: 'a\nb' }, rules)).toEqual(refused(/malformed/))
    expect(target({ sessionKey: 'x'.repeat(600) }, rules)).toEqual(refused(/malformed/))
  })

  it('never leaves the allowed agents and prefixes, whatever is asked', () => {
    const word = fc.constantFrom('agent', 'main', 'work', 'hook', 'global', 'x', ' ', 'HOOK', 'dm')
    const key = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(':'))
    fc.assert(
      fc.property(fc.option(key, { nil: undefined }), fc.option(word, { nil: undefined }), (sessionKey, agentId) => {
        const rules = { allowRequestSessionKey: true, allowedSessionKeyPrefixes: ['hook:'], allowedAgentIds: ['work'] }
        const answer = target({ sessionKey, agentId }, rules)
        if (answer.ok)
          expect(answer).toMatchObject({ agentId: 'work', sessionKey: expect.stringMatching(/^agent:work:hook:/) })
      }),
    )
  })
})
