import { afterEach, describe, expect, it } from 'vitest'
import { PuppetRunner } from '../../doubles/puppet-runner.js'
import { ChannelStage, wordsOf } from './channel-stage.js'

let stage: ChannelStage
let runner: PuppetRunner

afterEach(() => stage.close())

async function open(mode: string): Promise<void> {
  runner = new PuppetRunner()
  stage = await ChannelStage.open({
    runner,
    config: {
      channels: { irc: { dmPolicy: 'open', allowFrom: ['*'] } },
      messages: { queue: { byChannel: { irc: mode }, debounceMs: 0 }, inbound: { debounceMs: 0 } },
    },
  })
}

async function write(text: string): Promise<void> {
  await stage.channel.write({ text })
  await stage.pass(0)
}

async function finish(text: string): Promise<void> {
  runner.last.say(text).finish()
  await stage.pass(0)
}

/** The model wants to use a tool, so that there is a step between two of its calls. */
async function step(): Promise<void> {
  runner.last.do({ type: 'tool.call', toolCallId: 'call', name: 'nothing', args: {} })
  runner.last.finish({ stopReason: 'toolUse' })
  await stage.pass(0)
}

const asked = () => runner.puppets.map(({ request }) => wordsOf(request.message ?? ''))
const heard = () => JSON.stringify(runner.last.request)

describe('somebody who writes while the agent works', () => {
  it.each(['steer', 'queue', 'steer-backlog'])(
    '%s: is heard by the run under way, which answers once',
    async (mode) => {
      await open(mode)
      await write('first')
      await write('and this')
      expect(runner.puppets).toHaveLength(1)
      await step()
      expect(heard()).toContain('and this')
      await finish('both done')
      expect(stage.texts).toEqual(['both done'])
      expect(await stage.store.undoneInbox()).toEqual([])
    },
  )

  it('steer: nobody asked in between, so it becomes a turn of its own', async () => {
    await open('steer')
    await write('first')
    await write('and this')
    await finish('one')
    await finish('two')
    expect(asked()).toEqual(['first', 'and this'])
    expect(stage.texts).toEqual(['one', 'two'])
  })

  it.each(['steer-backlog', 'steer+backlog'])('%s: what the run no longer hears is one turn', async (mode) => {
    await open(mode)
    await write('first')
    await write('heard')
    await step()
    expect(heard()).toContain('heard')
    for (const text of ['second', 'third']) await write(text)
    await finish('one')
    await finish('the rest')
    expect(asked().filter((text) => text !== '')).toEqual(['first', 'second\n\nthird'])
    expect(stage.texts).toEqual(['one', 'the rest'])
    expect(await stage.store.undoneInbox()).toEqual([])
  })

  it('interrupt: ends the run under way and is answered instead', async () => {
    await open('interrupt')
    await write('first')
    runner.last.say('half an')
    await stage.pass(0)
    await write('rather this')
    expect(runner.puppets[0]?.signal.aborted).toBe(true)
    expect(asked()).toEqual(['first', 'rather this'])
    await finish('that')
    expect(stage.texts.at(-1)).toBe('that')
    expect(await stage.store.undoneInbox()).toEqual([])
    expect(await stage.store.undelivered()).toEqual([])
  })

  it('followup: each message is answered in its turn', async () => {
    await open('followup')
    for (const text of ['first', 'second', 'third']) await write(text)
    for (const text of ['one', 'two', 'three']) await finish(text)
    expect(asked()).toEqual(['first', 'second', 'third'])
    expect(stage.texts).toEqual(['one', 'two', 'three'])
  })

  it('collect: what came meanwhile is one turn', async () => {
    await open('collect')
    for (const text of ['first', 'second', 'third']) await write(text)
    await finish('one')
    await finish('the rest')
    expect(asked()).toEqual(['first', 'second\n\nthird'])
    expect(stage.texts).toEqual(['one', 'the rest'])
  })
})
