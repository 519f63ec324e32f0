import { afterEach, describe, expect, it } from 'vitest'
import { tokens } from '../../../src/bootstrap/index.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'
import { ChannelStage } from '../channels/channel-stage.js'

const MINUTE = 60_000
let closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  closing = []
})

async function scene(config: object = {}, list: string | null = '- look at the mail') {
  const stage = await GatewayStage.open({ config })
  closing.push(() => stage.close())
  const client = await stage.join()
  const pass = async (ms: number) => {
    await stage.clock.advance(ms)
    for (let turn = 0; turn < 6; turn++) await stage.settle()
  }
  const write = async (text: string, agentId = 'main') => {
    const workspace = stage.gateway.get(tokens.agents).find(agentId)?.workspace ?? ''
    await stage.gateway.get(tokens.workspaceFiles).write(workspace, 'HEARTBEAT.md', text)
  }
  if (list !== null) await write(list)
  const outcomes = () => client.events('heartbeat').map(({ payload }) => payload)
  return { stage, client, pass, write, outcomes }
}

describe('a heartbeat by the clock', () => {
  it('comes every half hour, and lets the agent look at its list', async () => {
    const { stage, pass, outcomes } = await scene()
    stage.runner.onStage = (puppet) => puppet.say('HEARTBEAT_OK').finish()
    await pass(30 * MINUTE - 1)
    expect(stage.runner.puppets).toEqual([])
    await pass(1)
    expect(stage.runner.puppets.map(({ request }) => request)).toMatchObject([
      { sessionKey: 'agent:main:main', message: expect.stringContaining('HEARTBEAT.md') },
    ])
    await pass(60 * MINUTE)
    expect(stage.runner.puppets).toHaveLength(3)
    expect(outcomes()).toMatchObject([{ status: 'ok-token' }, { status: 'ok-token' }, { status: 'ok-token' }])
  })

  it('costs nothing while there is nothing to look after', async () => {
    const { stage, client, pass, write, outcomes } = await scene({}, null)
    await pass(30 * MINUTE)
    await write('# Heartbeat\n\n<!-- nothing -->\n')
    await pass(30 * MINUTE)
    expect(stage.runner.puppets).toEqual([])
    expect(outcomes()).toMatchObject([
      { status: 'skipped', reason: 'empty-heartbeat-file' },
      { status: 'skipped', reason: 'empty-heartbeat-file' },
    ])
    await client.call('wake', { text: 'the door opened', mode: 'next-heartbeat' })
    await pass(30 * MINUTE)
    expect(stage.runner.puppets[0]?.request.message).toMatch(/^System: the door opened\n/)
  })

  it('leaves the agent alone at night and while heartbeats are off', async () => {
    const activeHours = { start: '08:00', end: '20:00', timezone: 'UTC' }
    const { stage, client, pass, outcomes } = await scene({
      agents: { defaults: { heartbeat: { every: '1h', activeHours } } },
    })
    stage.runner.onStage = (puppet) => puppet.say('HEARTBEAT_OK').finish()
    for (let hour = 0; hour < 24; hour++) await pass(60 * MINUTE)
    expect(outcomes().filter(({ reason }: { reason?: string }) => reason === 'quiet-hours')).toHaveLength(12)
    expect(stage.runner.puppets).toHaveLength(12)
    await client.call('set-heartbeats', { enabled: false })
    await pass(60 * MINUTE)
    expect(outcomes().at(-1)).toMatchObject({ status: 'skipped', reason: 'disabled' })
  })

  it('leaves the agent alone while it works', async () => {
    const { stage, client, pass, outcomes } = await scene({ agents: { defaults: { heartbeat: { every: '5m' } } } })
    void client.request('agent', { message: 'take your time', idempotencyKey: 'k' })
    await pass(5 * MINUTE)
    expect(outcomes()).toMatchObject([{ status: 'skipped', reason: 'requests-in-flight' }])
    stage.runner.puppets[0]?.say('done').finish()
    await pass(5 * MINUTE)
    expect(stage.runner.puppets).toHaveLength(2)
  })

  it('comes for the agents that have settings for it, with their model and their words', async () => {
    const { stage, client, pass, write } = await scene({
      agents: {
        list: [
          { id: 'main' },
          { id: 'ops', heartbeat: { every: '5m', prompt: 'Anything broken?', session: 'watch', ackMaxChars: 0 } },
        ],
      },
    })
    await write('- disks', 'ops')
    await pass(5 * MINUTE)
    expect(stage.runner.puppets.map(({ request }) => request)).toMatchObject([
      { sessionKey: 'agent:ops:watch', message: expect.stringContaining('Anything broken?') },
    ])
    const { agents, heartbeatSeconds } = await client.call('health')
    expect(heartbeatSeconds).toBe(0)
    expect(agents).toMatchObject([
      { agentId: 'main', heartbeat: { enabled: false, every: 'off', everyMs: null } },
      { agentId: 'ops', heartbeat: { enabled: true, every: '5m', everyMs: 300_000, prompt: 'Anything broken?' } },
    ])
    expect((await client.call('status')).heartbeat.agents).toEqual([
      { agentId: 'main', enabled: false, every: 'off', everyMs: null },
      { agentId: 'ops', enabled: true, every: '5m', everyMs: 300_000 },
    ])
  })

  it('keeps its time when the settings change around it, and takes over another interval', async () => {
    const { stage, pass } = await scene()
    stage.runner.onStage = (puppet) => puppet.say('HEARTBEAT_OK').finish()
    const live = stage.gateway.get(tokens.live)
    const change = (every: string) => {
      const { defaults } = live.config.agents
      const config = {
        ...live.config,
        agents: { ...live.config.agents, defaults: { ...defaults, heartbeat: { every } } },
      }
      const action = { action: { name: 'heartbeat' }, paths: ['agents.defaults.heartbeat'] }
      stage.gateway.get(tokens.hotReload).apply({ ...live.current, config }, [action] as never, [])
    }
    await pass(20 * MINUTE)
    change('30m')
    await pass(10 * MINUTE)
    expect(stage.runner.puppets).toHaveLength(1)
    change('10m')
    await pass(10 * MINUTE)
    expect(stage.runner.puppets).toHaveLength(2)
    change('0')
    await pass(120 * MINUTE)
    expect(stage.runner.puppets).toHaveLength(2)
  })
})

describe('news of a heartbeat', () => {
  const config = (heartbeat: object) => ({
    agents: { defaults: { heartbeat } },
    channels: { irc: { dmPolicy: 'open', allowFrom: ['*'] } },
  })
  const says = (text: string) => ({
    models: () => [],
    async *answer({ message }: { readonly message: string | null }) {
      yield { type: 'text' as const, delta: message?.includes('HEARTBEAT') ? text : 'hi' }
      yield { type: 'finish' as const, stopReason: 'stop' as const, provider: 'test', model: 'x' }
    },
  })

  async function chat(heartbeat: object, text: string) {
    const stage = await ChannelStage.open({ config: config(heartbeat), runner: says(text) })
    closing.push(() => stage.close())
    const client = await stage.stage.join()
    await stage.channel.write({ text: 'hello' })
    await stage.settle()
    await client.call('wake', { text: 'the disk is full', mode: 'now' })
    await stage.settle()
    return { stage, client, outcome: client.events('heartbeat').at(-1)?.payload }
  }

  it('go to the chat that wrote last', async () => {
    const { stage, outcome } = await chat({}, 'Your disk is full')
    expect(stage.texts).toEqual(['hi', 'Your disk is full'])
    expect(outcome).toMatchObject({ status: 'sent', preview: 'Your disk is full', channel: 'irc', to: 'user:alice' })
  })

  it('are not sent when all is well, or when nobody wants them', async () => {
    expect((await chat({}, 'All is well. HEARTBEAT_OK')).stage.texts).toEqual(['hi'])
    const quiet = await chat({ target: 'none' }, 'Your disk is full')
    expect(quiet.stage.texts).toEqual(['hi'])
    expect(quiet.outcome).toMatchObject({ status: 'sent', preview: 'Your disk is full' })
    expect(quiet.outcome).not.toHaveProperty('channel')
  })

  it('go to the chat that is configured, and say so when they do not get there', async () => {
    const there = await chat({ target: 'irc', to: '#ops' }, 'Your disk is full')
    expect(there.stage.channel.room.shown.map(({ place }) => place.chatId)).toEqual(['alice', 'ops'])
    expect(there.outcome).toMatchObject({ channel: 'irc', to: '#ops' })
    const nowhere = await chat({ target: 'irc', to: '#ops', accountId: 'other' }, 'Your disk is full')
    expect(nowhere.outcome).toMatchObject({
      status: 'sent',
      reason: 'not delivered: There is no channel named irc/other that can send.',
    })
  })
})
