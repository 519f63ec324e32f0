import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tokens } from '../../../src/bootstrap/index.js'
import { sampleTaken } from '../../contracts/session-store/mail-samples.js'
import { GatewayStage, LastingStore } from '../../doubles/gateway-stage.js'

const ORDER = {
  runId: 'r',
  method: 'chat.send',
  sessionKey: 'agent:main:main',
  agentId: 'main',
  request: { message: 'hi' },
} as const

describe('the commit that accepts a run', () => {
  let store: LastingStore
  let stage: GatewayStage

  beforeEach(async () => {
    store = new LastingStore()
    stage = await GatewayStage.open({ store })
    await store.commit([{ kind: 'inbox.add', entry: sampleTaken('m1') }])
    await store.commit([{ kind: 'inbox.add', entry: sampleTaken('m2') }])
  })

  afterEach(() => stage.close())

  it('has what belongs to an order that is new, and nothing of one that is repeated', async () => {
    const desk = stage.gateway.get(tokens.desk)
    const besides = (id: string) => [{ kind: 'inbox.done', ids: [id] }] as const
    const first = await desk.accept(ORDER, null, undefined, besides('m1'))
    expect(first.kind).toBe('accepted')
    expect((await store.undoneInbox()).map(({ id }) => id)).toEqual(['m2'])
    const again = await desk.accept(ORDER, null, undefined, besides('m2'))
    expect(again.kind).toBe('in-flight')
    expect((await store.undoneInbox()).map(({ id }) => id)).toEqual(['m2'])
  })
})
