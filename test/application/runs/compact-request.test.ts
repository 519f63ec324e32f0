import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { compactRequest } from '../../../src/application/runs/compact-request.js'
import { newSession } from '../../../src/application/sessions/new-session.js'
import { schemaFor } from '../../../src/domain/config/schema-for.js'
import type { TranscriptMessage } from '../../../src/domain/session/transcript.js'

const model = { provider: 'test', model: 'm' }
const user = (said: string): TranscriptMessage => ({
  role: 'user',
  content: [{ type: 'text', text: said }],
  timestamp: 1,
})
const history = [user('a'), { ...user('b'), role: 'assistant' } as TranscriptMessage, user('c')]
const session = newSession('agent:main:telegram:direct:7', { agentId: 'main', sessionId: 's', now: 1 })

function prepared(config: unknown, fields: Partial<typeof session> | null, messages = history) {
  const parsed = schemaFor(config).parse(config)
  const prepare = compactRequest(() => parsed, new FakeClock())
  return prepare(messages, model, fields === null ? null : { ...session, ...fields })
}

describe('what of a conversation a request carries', () => {
  it('is everything where nothing is configured', () => {
    expect(prepared({}, { channel: 'telegram' })).toBe(history)
    expect(prepared({ channels: { telegram: { dmHistoryLimit: 1 } } }, null)).toBe(history)
    expect(prepared({ channels: { telegram: { dmHistoryLimit: 1 } } }, {})).toBe(history)
  })

  it('is the turns that the channel allows, by kind and by the other side', () => {
    const channels = { telegram: { dmHistoryLimit: 1, historyLimit: 5, dms: { '7': { historyLimit: 9 } } } }
    expect(prepared({ channels }, { channel: 'telegram' })).toEqual([user('c')])
    expect(prepared({ channels }, { lastChannel: 'telegram', lastTo: '7' })).toEqual(history)
    expect(prepared({ channels }, { channel: 'telegram', chatType: 'group' })).toEqual(history)
  })

  it('has old results cut where pruning is on', () => {
    const result: TranscriptMessage = {
      role: 'toolResult',
      toolCallId: '1',
      toolName: 'look',
      content: [{ type: 'text', text: 'x'.repeat(60_000) }],
      isError: false,
      timestamp: 1,
    }
    const contextPruning = { mode: 'cache-ttl', keepLastAssistants: 0 }
    const cut = prepared({ agents: { defaults: { contextPruning } } }, {}, [result])
    expect(JSON.stringify(cut).length).toBeLessThan(4_000)
    expect(prepared({}, {}, [result])).toEqual([result])
  })
})
