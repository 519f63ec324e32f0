import { afterEach, expect, it } from 'vitest'
import { ChannelFailure } from '../../../src/application/ports/channel.js'
import { ChannelStage } from './channel-stage.js'

let stage: ChannelStage

afterEach(() => stage.close())

async function withDeadLetter() {
  stage = await ChannelStage.open()
  const refusal = new ChannelFailure('forbidden', 'may not speak here')
  // One for the sign of typing, one for the answer.
  stage.channel.failNext(refusal, refusal)
  await stage.channel.write({ text: 'hello' })
  await stage.settle()
  const client = await stage.stage.join()
  const { letters } = await client.call('channels.deadLetters', {})
  return { client, letters }
}

it('an answer that was given up is told with its reason, and can be sent once more', async () => {
  const { client, letters } = await withDeadLetter()
  expect(stage.texts).toEqual([])
  expect(letters).toMatchObject([
    {
      channel: 'irc',
      accountId: 'default',
      place: { kind: 'direct', chatId: 'alice' },
      text: 'You said: hello',
      sentTo: 0,
      code: 'forbidden',
      reason: 'may not speak here',
      sessionKey: 'agent:main:main',
    },
  ])

  expect(await client.call('channels.resend', { id: letters[0].id })).toMatchObject({ ok: true, channel: 'irc' })
  await stage.settle()

  expect(stage.texts).toEqual(['You said: hello'])
  expect(await stage.store.undelivered()).toEqual([])
})

it('one that is not there is refused, and so are those who may only read', async () => {
  const { client, letters } = await withDeadLetter()
  const unknown = await client.request('channels.resend', { id: 'nothing' })
  expect(unknown.error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('nothing') })
  const reader = await stage.stage.join({ scopes: ['operator.read'] })
  expect((await reader.request('channels.deadLetters', { limit: 1 })).ok).toBe(true)
  expect((await reader.request('channels.resend', { id: letters[0].id })).error.message).toContain('operator.write')
})
