import { describe, expect, it } from 'vitest'
import { agentFinal } from '../../../src/application/methods/agent-final.js'
import { Refusal } from '../../../src/domain/protocol/refusal.js'

const END = { runId: 'b', startedAt: 1_000, endedAt: 3_000 }

describe('agentFinal', () => {
  it('names the run under whose id the answer was told', () => {
    const outcome = { text: 'both', sessionId: 's', mergedInto: 'a' }
    expect(agentFinal({ ...END, state: 'ok', outcome })).toMatchObject({
      runId: 'b',
      status: 'ok',
      mergedInto: 'a',
      result: { payloads: [{ text: 'both', mediaUrl: null }], meta: { durationMs: 2_000 } },
    })
  })

  it('says nothing of another run when there was none', () => {
    const final = agentFinal({ ...END, state: 'ok', outcome: { text: 'alone', sessionId: 's' } })
    expect(final).not.toHaveProperty('mergedInto')
  })

  it('fails the request of a failed run', () => {
    expect(() => agentFinal({ ...END, state: 'error', error: 'no key' })).toThrow(Refusal)
  })
})
