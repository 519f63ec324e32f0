import { afterEach, describe, expect, it } from 'vitest'
import { CliStage, recordOn } from '../../doubles/cli-stage.js'
import { answering, GatewayDouble } from '../../doubles/gateway-double.js'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function run(methods: Parameters<typeof answering>[0], ...argv: string[]) {
  const server = await GatewayDouble.start({ token: 's3cret', methods: answering(methods) })
  cleanups.push(() => server.stop())
  return new CliStage({ record: recordOn(server.port), hints: { token: 's3cret' } }).run('system', ...argv)
}

describe('mayros system', () => {
  it('tells the agent what happened', async () => {
    const asked: unknown[] = []
    const wake = (params: unknown) => {
      asked.push(params)
      return { ok: true }
    }
    expect((await run({ wake }, 'event', '--text', 'backup finished')).stdout).toMatch(/next turn/)
    expect((await run({ wake }, 'event', '--text', 'now', '--mode', 'now', '--json')).stdout).toBe(
      '{\n  "ok": true\n}\n',
    )
    expect(asked).toEqual([
      { text: 'backup finished', mode: 'next-heartbeat' },
      { text: 'now', mode: 'now' },
    ])
  })

  it('shows the last heartbeat, and switches them', async () => {
    const last = { ts: Date.now() - 60_500, status: 'ok-empty' }
    expect((await run({ 'last-heartbeat': () => last }, 'heartbeat', 'last')).stdout).toBe('1m ago  ok-empty\n')
    expect((await run({ 'last-heartbeat': () => null }, 'heartbeat', 'last')).stdout).toBe('no heartbeat yet\n')
    const asked: unknown[] = []
    const methods = { 'set-heartbeats': (params: unknown) => asked.push(params) }
    expect((await run(methods, 'heartbeat', 'disable')).stdout).toMatch(/heartbeats are off/)
    expect(asked).toEqual([{ enabled: false }])
    expect((await run({}, 'heartbeat', 'pause')).exitCode).toBe(2)
  })

  it('shows who is connected', async () => {
    const rows = [{ mode: 'gateway', host: 'box', ip: '127.0.0.1', version: '1.0.0', ts: Date.now() - 3_500 }]
    expect((await run({ 'system-presence': () => rows }, 'presence')).stdout).toMatch(
      /^gateway {2}box {2}127\.0\.0\.1 {2}1\.0\.0 {2}\d s ago\n$/,
    )
    expect((await run({ 'system-presence': () => [] }, 'presence')).stdout).toBe('nobody is connected\n')
  })
})
