import { describe, expect, it } from 'vitest'
import { AUDIENCES, audienceOf, sees, topicOf } from '../../src/domain/audience.js'
import { EVENT_NAMES, EVENTS } from '../../src/domain/protocol/events.js'

const visible = (role: 'operator' | 'node', ...scopes: string[]) => {
  const audience = audienceOf(role, new Set(scopes))
  return EVENT_NAMES.filter((name) => sees(audience, EVENTS[name].gate))
}

const FOR_EVERYONE = ['tick', 'shutdown', 'health']
const PAIRING = [
  'node.pair.requested',
  'node.pair.resolved',
  'device.pair.requested',
  'device.pair.resolved',
  'channel.pairing.requested',
  'channel.pairing.resolved',
]
const APPROVALS = ['exec.approval.requested', 'exec.approval.resolved']
const READ = ['agent', 'chat', 'presence', 'talk.mode', 'heartbeat', 'cron', 'voicewake.changed', 'update.available']

describe('audiences', () => {
  it('show nodes and unscoped clients only what everyone sees', () => {
    expect(visible('operator')).toEqual(FOR_EVERYONE)
    expect(visible('node', 'operator.admin', 'operator.read')).toEqual(FOR_EVERYONE)
  })

  it.each([
    ['operator.read', READ],
    ['operator.write', READ],
    ['operator.pairing', PAIRING],
    ['operator.approvals', APPROVALS],
    ['operator.talk.secrets', []],
    ['operator.unheard-of', []],
    ['operator.admin', [...READ, ...PAIRING, ...APPROVALS]],
  ])('show holders of %s its events', (scope, events) => {
    expect(visible('operator', scope).sort()).toEqual([...FOR_EVERYONE, ...events].sort())
  })

  it('have one topic each', () => {
    const topics = Array.from({ length: AUDIENCES }, (_, audience) => topicOf(audience))
    expect(new Set(topics).size).toBe(AUDIENCES)
  })
})
