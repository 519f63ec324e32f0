import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatewayClient, GatewayEvent } from '../../src/application/ports/gateway-client.js'
import { CliHome } from './harness/cli-home.js'
import { ask, history, order, textOf, waitFor } from './harness/conversation.js'
import { until } from './harness/until.js'

let home: CliHome

beforeEach(() => {
  home = new CliHome()
})

afterEach(() => home.dispose())

const SLOW = `/echo slow 50ms ${Array.from({ length: 600 }, (_, index) => `word${index}`).join(' ')}`
const INTERRUPTED = /^interrupted: the gateway stopped while this run was under way/

describe('a gateway that is killed in mid-run', () => {
  it('keeps the history, reports the interrupted run and runs what was waiting exactly once', async () => {
    const first = await home.gateway()
    const client = await first.connect()
    expect(textOf(await ask(client, 'before the crash', 'run-1'))).toContain('before the crash')
    const before = await history(client)

    const speaking = delta(client, 'run-2')
    await order(client, SLOW, 'run-2')
    await speaking
    await order(client, 'waiting in line', 'run-3')
    await first.crash()
    expect(await integrity(home)).toEqual('ok')

    const second = await home.gateway()
    const back = await second.connect()
    expect(await waitFor(back, 'run-2')).toMatchObject({ status: 'error', error: expect.stringMatching(INTERRUPTED) })
    expect(await waitFor(back, 'run-3')).toMatchObject({ status: 'ok' })
    expect(textOf(await ask(back, 'after the crash', 'run-4'))).toContain('after the crash')

    const after = await history(back)
    expect(after.slice(0, before.length)).toEqual(before)
    expect(after.slice(before.length)).toEqual([
      `user: ${SLOW}`,
      expect.stringMatching(/^assistant! interrupted/),
      'user: waiting in line',
      expect.stringMatching(/^assistant: waiting in line\n/),
      'user: after the crash',
      expect.stringMatching(/^assistant: after the crash\n/),
    ])

    expect(await second.stop()).toMatchObject({ code: 0 })
    expect(await integrity(home)).toEqual('ok')
  })

  it('a repeated idempotency key is answered with what became of the run, not with another run', async () => {
    const first = await home.gateway()
    const client = await first.connect()
    await ask(client, 'only once', 'run-1')
    const started = event(client, ({ payload }) => (payload as { runId?: string }).runId === 'run-2')
    await order(client, '/echo hang', 'run-2')
    await started
    await order(client, 'still waiting', 'run-3')
    await first.crash()

    const back = await (await home.gateway()).connect()
    expect(textOf(await ask(back, 'only once', 'run-1'))).toContain('only once')
    await expect(ask(back, '/echo hang', 'run-2')).rejects.toThrow(INTERRUPTED)
    expect(textOf(await ask(back, 'still waiting', 'run-3'))).toContain('still waiting')

    const said = (await history(back)).filter((line) => line.startsWith('user: '))
    expect(said).toEqual(['user: only once', 'user: /echo hang', 'user: still waiting'])
  })

  it('a client that comes back hears of the interrupted run without asking', async () => {
    const first = await home.gateway()
    const client = await first.connect()
    const speaking = delta(client, 'run-1')
    await order(client, SLOW, 'run-1')
    await speaking
    await first.crash()
    expect(await client.closed).toMatchObject({ code: 1006 })

    const back = await (await home.gateway()).connect()
    const heard = await heardOf(back, 'run-1', 2)
    expect(heard).toContainEqual(
      expect.objectContaining({
        event: 'agent',
        payload: expect.objectContaining({
          stream: 'lifecycle',
          data: expect.objectContaining({ phase: 'error', error: expect.stringMatching(INTERRUPTED) }),
        }),
      }),
    )
    expect(heard).toContainEqual(
      expect.objectContaining({
        event: 'chat',
        payload: expect.objectContaining({
          sessionKey: 'agent:main:main',
          state: 'error',
          errorMessage: expect.stringMatching(INTERRUPTED),
        }),
      }),
    )
  })

  it('mayros agent waits through the crash and tells how the run ended', async () => {
    const first = await home.gateway()
    const watcher = await first.connect()
    const speaking = event(watcher, ({ event: name }) => name === 'chat')
    const interrupted = home.start(['agent', '-m', SLOW])
    await speaking
    const queued = home.start(['agent', '-m', 'waiting in line', '--verbose'])
    await queued.says(/run \S+ accepted/, 'stderr')
    await first.crash()
    await interrupted.says(/lost the gateway/, 'stderr')
    await queued.says(/lost the gateway/, 'stderr')

    await home.gateway(['--port', String(first.port)])
    const told = await interrupted.exited
    expect(told.stderr).toMatch(/Error: interrupted: the gateway stopped while this run was under way/)
    expect(told).toMatchObject({ code: 1, stdout: '' })
    const answered = await queued.exited
    expect(answered.stdout).toMatch(/^waiting in line\n/)
    expect(answered.code).toBe(0)
  })

  it('three crashes in a row lose nothing that was answered', async () => {
    for (const round of [1, 2, 3]) {
      const gateway = await home.gateway()
      const client = await gateway.connect()
      await ask(client, `round ${round}`, `run-${round}`)
      await gateway.crash()
    }
    const client = await (await home.gateway()).connect()
    const said = (await history(client)).filter((line) => line.startsWith('user: '))
    expect(said).toEqual(['user: round 1', 'user: round 2', 'user: round 3'])
    expect(await history(client)).toHaveLength(6)
  })
})

function event(client: GatewayClient, matches: (event: GatewayEvent) => boolean): Promise<GatewayEvent> {
  return new Promise((resolve) => {
    const off = client.on('*', (seen) => {
      if (!matches(seen)) return
      off()
      resolve(seen)
    })
  })
}

/** Waits until a run has begun to speak. */
function delta(client: GatewayClient, runId: string): Promise<GatewayEvent> {
  return event(client, ({ event: name, payload }) => {
    const { runId: id, stream } = payload as { runId?: string; stream?: string }
    return name === 'agent' && id === runId && stream === 'assistant'
  })
}

/** The first events about a run. */
async function heardOf(client: GatewayClient, runId: string, count: number): Promise<readonly GatewayEvent[]> {
  const heard: GatewayEvent[] = []
  client.on('*', (seen) => {
    if ((seen.payload as { runId?: string }).runId === runId) heard.push(seen)
  })
  await until(`${count} events about ${runId}`, () => heard.length >= count)
  return heard
}

let copies = 0

/** What SQLite thinks of a copy of the database; the files of the gateway are not opened. */
async function integrity({ path, stateDir }: CliHome): Promise<unknown> {
  copies += 1
  const copy = join(path, `copy-${copies}`)
  await mkdir(copy)
  await cp(stateDir, copy, { recursive: true, filter: (source) => !source.endsWith('-shm') })
  const database = new Database(join(copy, 'mayros.db'))
  try {
    const [row] = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[]
    return row?.integrity_check
  } finally {
    database.close()
  }
}
