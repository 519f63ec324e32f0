import { afterEach, describe, expect, it } from 'vitest'
import type { PuppetRunner } from '../../doubles/puppet-runner.js'
import { ChannelStage } from './channel-stage.js'

let stage: ChannelStage

afterEach(() => stage.close())

const open = { dmPolicy: 'open', allowFrom: ['*'] }

async function puppets(config: object): Promise<PuppetRunner> {
  stage = new ChannelStage({ config })
  await stage.stage.gateway.start()
  await stage.settle()
  return stage.stage.runner
}

describe('while an answer is written', () => {
  it('typing is shown again and again until it ends, and an acknowledgement goes with it', async () => {
    const runner = await puppets({
      channels: { irc: open },
      messages: { ackReactionScope: 'all', removeAckAfterReply: true },
    })
    await stage.channel.write({ text: 'hello' })
    await stage.settle()
    const { typing, reactions } = stage.channel.room
    expect([typing.length, reactions]).toEqual([1, [expect.objectContaining({ emoji: '👀', messageId: 'in-1' })]])

    await stage.pass(13_000)
    expect(typing).toHaveLength(3)
    runner.puppets[0]?.say('done').finish()
    await stage.settle()
    await stage.pass(30_000)

    expect(typing).toHaveLength(3)
    expect(reactions.at(-1)).toMatchObject({ emoji: null })
    expect(stage.texts).toEqual(['done'])
  })

  it('people see what there is of it in one message, which becomes the answer', async () => {
    const runner = await puppets({ channels: { irc: { ...open, streaming: 'partial' } } })
    await stage.channel.write({ text: 'hello' })
    await stage.settle()

    runner.puppets[0]?.say('Once')
    await stage.settle()
    expect(stage.texts).toEqual(['Once'])
    runner.puppets[0]?.say(' upon a')
    await stage.pass(1_500)
    expect(stage.texts).toEqual(['Once upon a'])
    runner.puppets[0]?.say(' time.').finish()
    await stage.settle()

    expect(stage.texts).toEqual(['Once upon a time.'])
    expect(stage.channel.room.shown[0]?.edits).toBe(2)
  })

  it('nothing is seen of a silent one', async () => {
    const runner = await puppets({ channels: { irc: { ...open, streaming: 'partial' } } })
    await stage.channel.write({ text: 'hello' })
    await stage.settle()

    runner.puppets[0]?.say('NO_').say('REPLY').finish()
    await stage.pass(5_000)

    expect(stage.texts).toEqual([])
    expect(await stage.store.undelivered()).toEqual([])
  })

  it('finished blocks are sent, and the rest at the end', async () => {
    const runner = await puppets({
      channels: { irc: { ...open, blockStreaming: true, responsePrefix: '>' } },
      agents: { defaults: { blockStreamingChunk: { minChars: 5, maxChars: 40 } } },
    })
    await stage.channel.write({ text: 'hello' })
    await stage.settle()

    runner.puppets[0]?.say('The first paragraph.\n\nThe second')
    await stage.settle()
    expect(stage.texts).toEqual(['> The first paragraph.'])
    runner.puppets[0]?.say(' one.').finish()
    await stage.settle()

    expect(stage.texts).toEqual(['> The first paragraph.', 'The second one.'])
  })

  it('blocks are as large as they are to be joined to, and what is complete goes when the model pauses', async () => {
    const coalesce = { minChars: 30, idleMs: 400 }
    const runner = await puppets({
      channels: { irc: { ...open, blockStreaming: true, blockStreamingCoalesce: coalesce } },
      agents: { defaults: { blockStreamingChunk: { minChars: 5, maxChars: 80 } } },
    })
    await stage.channel.write({ text: 'hello' })
    await stage.settle()

    runner.puppets[0]?.say('One.\n\nTwo')
    await stage.pass(399)
    expect(stage.texts).toEqual([])
    await stage.pass(1)
    expect(stage.texts).toEqual(['One.'])
    runner.puppets[0]?.say(' and three.\n\nFour is a longer one.\n\nFive')
    await stage.settle()
    expect(stage.texts).toEqual(['One.', 'Two and three.\n\nFour is a longer one.'])
    runner.puppets[0]?.finish()
    await stage.settle()

    expect(stage.texts).toEqual(['One.', 'Two and three.\n\nFour is a longer one.', 'Five'])
  })

  it('a failure is told in a sentence that gives nothing away', async () => {
    const runner = await puppets({ channels: { irc: open } })
    await stage.channel.write({ text: 'hello' })
    await stage.settle()

    runner.puppets[0]?.fail(new Error('secret-host.internal refused'))
    await stage.pass(1_000)

    expect(stage.texts).toEqual([expect.stringMatching(/^Something went wrong/)])
  })

  it('more messages are collected into one turn', async () => {
    const runner = await puppets({ channels: { irc: open }, messages: { queue: { debounceMs: 100 } } })
    await stage.channel.write({ text: 'one' })
    await stage.settle()
    await stage.channel.write({ text: 'two' })
    await stage.channel.write({ text: 'three' })
    await stage.settle()
    runner.puppets[0]?.say('first').finish()
    await stage.pass(1_000)
    expect(runner.puppets).toHaveLength(2)
    runner.puppets[1]?.say('second').finish()
    await stage.settle()

    expect(stage.texts).toEqual(['first', 'second'])
    expect(runner.puppets[1]?.request.message).toMatch(/two[\s\S]*three/)
  })
})
