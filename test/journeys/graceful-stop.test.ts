import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatewayClient, GatewayEvent } from '../../src/application/ports/gateway-client.js'
import { CliHome } from './harness/cli-home.js'
import { ask, history, order, waitFor } from './harness/conversation.js'
import { occupy, release } from './harness/occupied-port.js'
import { until } from './harness/until.js'

let home: CliHome

beforeEach(() => {
  home = new CliHome()
})

afterEach(() => home.dispose())

const CLIENTS = 100

describe('a gateway that is asked to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    `%s: each of ${CLIENTS} clients hears shutdown before its socket closes with 1012`,
    async (signal) => {
      const gateway = await home.gateway()
      const clients = await Promise.all(Array.from({ length: CLIENTS }, () => gateway.connect()))
      const stories = clients.map(storyOf)

      gateway.process.kill(signal)
      const told = await Promise.all(stories)
      const { code, stdout } = await gateway.process.exited

      for (const story of told) {
        expect(story.filter((line) => !/^(tick|health|presence)$/.test(line))).toEqual([
          'shutdown gateway stopping, back in null ms',
          'closed 1012 service restart',
        ])
      }
      expect(code).toBe(0)
      expect(stdout).toContain(`${signal} received, stopping`)
      await expectNothingLeft(gateway.port)
    },
  )

  it('a run that ends soon may finish, and clients see its end before they are closed', async () => {
    const gateway = await home.gateway()
    const client = await gateway.connect()
    const words = Array.from({ length: 12 }, (_, index) => `word${index}`).join(' ')
    const speaking = hearing(client, 'run-1')
    await order(client, `/echo slow 50ms ${words}`, 'run-1')
    const heard = await speaking

    const stopped = gateway.stop()
    const closed = await client.closed
    expect(closed).toEqual({ code: 1012, reason: 'service restart' })
    expect(heard.at(-1)).toMatchObject({ event: 'chat', payload: { state: 'final' } })
    expect((await stopped).code).toBe(0)

    const back = await (await home.gateway()).connect()
    expect(await history(back)).toEqual([`user: /echo slow 50ms ${words}`, `assistant: ${words}`])
    expect(await waitFor(back, 'run-1')).toMatchObject({ status: 'ok' })
  })

  it('mayros gateway stop --drain waits for runs that take longer than a stop, and tells what it did not wait for', async () => {
    const gateway = await home.gateway()
    const client = await gateway.connect()
    const words = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ')
    const speaking = hearing(client, 'run-1')
    await order(client, `/echo slow 100ms ${words}`, 'run-1')
    const heard = await speaking

    const stopped = await home.run(['gateway', 'stop', '--drain', '30'])
    expect(stopped).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Stopped') })
    expect(heard.at(-1)).toMatchObject({ event: 'chat', payload: { state: 'final' } })

    const again = await home.gateway()
    const other = await again.connect()
    const hanging = hearing(other, 'run-2')
    await order(other, '/echo hang', 'run-2')
    await hanging
    const hurried = await home.run(['gateway', 'stop', '--drain', '1'])
    expect(hurried).toMatchObject({ code: 0, stderr: expect.stringContaining('1 run not over after 1 s') })
  })

  it('a run that does not end in time is recorded as interrupted, and what waits is run after the next start', async () => {
    const gateway = await home.gateway()
    const client = await gateway.connect()
    const started = hearing(client, 'run-1')
    await order(client, '/echo hang', 'run-1')
    const heard = await started
    await order(client, 'waiting in line', 'run-2')

    const stopped = gateway.stop()
    await until('the end of the run', () => heard.find((event) => stateOf(event) === 'error'))
    await client.closed
    const end = await stopped
    expect(end.code).toBe(0)
    await expectNothingLeft(gateway.port)

    const back = await (await home.gateway()).connect()
    expect(await waitFor(back, 'run-1')).toMatchObject({
      status: 'error',
      error: expect.stringMatching(/^interrupted/),
    })
    expect(await waitFor(back, 'run-2')).toMatchObject({ status: 'ok' })
    expect(await history(back)).toEqual([
      'user: /echo hang',
      expect.stringMatching(/^assistant! interrupted/),
      'user: waiting in line',
      expect.stringMatching(/^assistant: waiting in line/),
    ])
  })

  it('takes no new work while it stops', async () => {
    const gateway = await home.gateway()
    const client = await gateway.connect()
    const started = hearing(client, 'run-1')
    await order(client, '/echo slow 100ms one two three four five six', 'run-1')
    await started
    const told = storyOf(client)
    const stopped = gateway.stop()
    await gateway.process.says(/SIGTERM received/)
    await expect(ask(client, 'too late', 'run-2')).rejects.toMatchObject({
      code: expect.stringMatching(/^(rpc|closed)$/),
    })
    await told
    expect((await stopped).code).toBe(0)

    const back = await (await home.gateway()).connect()
    expect((await history(back)).filter((line) => line.includes('too late'))).toEqual([])
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('a second %s ends it at once with %i', async (signal, code) => {
    const gateway = await home.gateway()
    const client = await gateway.connect()
    const started = hearing(client, 'run-1')
    await order(client, '/echo hang', 'run-1')
    await started
    const told = new Promise((resolve) => client.on('shutdown', resolve))
    gateway.process.kill(signal)
    await told
    gateway.process.kill(signal)
    const end = await gateway.process.exited
    expect(end).toMatchObject({ code, signal: null })
    expect(end.stdout).not.toContain('stopped')

    const back = await (await home.gateway()).connect()
    expect(await waitFor(back, 'run-1')).toMatchObject({
      status: 'error',
      error: expect.stringMatching(/^interrupted/),
    })
  })

  it('a client that never reads cannot hold it up', async () => {
    const gateway = await home.gateway()
    const silent = await occupyConnection(gateway.url)
    expect((await gateway.stop()).code).toBe(0)
    await expectNothingLeft(gateway.port)
    silent()
  })
})

/** Everything a client hears until its socket is closed, and how that happened. */
async function storyOf(client: GatewayClient): Promise<readonly string[]> {
  const story: string[] = []
  client.on('*', ({ event, payload }) => {
    const { reason, restartExpectedMs } = payload as { reason?: string; restartExpectedMs?: number | null }
    story.push(event === 'shutdown' ? `shutdown ${reason}, back in ${restartExpectedMs} ms` : event)
  })
  const { code, reason } = await client.closed
  return [...story, `closed ${code} ${reason}`]
}

/** Resolves with the growing list of a run's events as soon as there is one. */
function hearing(client: GatewayClient, runId: string): Promise<readonly GatewayEvent[]> {
  const heard: GatewayEvent[] = []
  return new Promise((resolve) => {
    client.on('*', (event) => {
      if ((event.payload as { runId?: string }).runId !== runId) return
      heard.push(event)
      resolve(heard)
    })
  })
}

function stateOf({ payload }: GatewayEvent): string | undefined {
  return (payload as { state?: string }).state
}

/** A socket that connects to the port and does not read. */
async function occupyConnection(url: string): Promise<() => void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).pause()
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  socket.write(`GET / HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`)
  socket.write('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n')
  return () => socket.destroy()
}

/** No lock, no record, and the port is free on both families. */
async function expectNothingLeft(port: number): Promise<void> {
  expect(await readdir(join(home.stateDir, 'run'))).toEqual([])
  await release(await occupy(port))
}
