import { existsSync, readFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatewayClient } from '../../src/application/ports/gateway-client.js'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { CliHome, readRecord } from './harness/cli-home.js'
import { ask, history, order, textOf, waitFor } from './harness/conversation.js'
import { occupy, release } from './harness/occupied-port.js'
import { RunningGateway } from './harness/running-gateway.js'
import { until } from './harness/until.js'

let home: CliHome

beforeEach(() => {
  home = new CliHome()
})

afterEach(() => home.dispose())

const TOKEN = 'the-token-of-the-journey'
const QUICK = { MAYROS_RESTART_COOLDOWN_MS: '0' }

/** A configuration; `more` goes beside the token. */
function config(more: { gateway?: object; [key: string]: unknown } = {}): object {
  return {
    ...more,
    gateway: {
      mode: 'local',
      auth: { token: TOKEN },
      reload: { debounceMs: 50, deferMs: 200 },
      ...more.gateway,
    },
  }
}

async function agentName(client: GatewayClient): Promise<string | undefined> {
  return (await client.call<{ agents: { name?: string }[] }>('agents.list', {})).agents[0]?.name
}

const named = (name: string) => ({ agents: { list: [{ id: 'main', name }] } })

/** A gateway that listens where the file says. */
async function startedOn(port: number, more: { gateway?: object; [key: string]: unknown } = {}) {
  await home.configure(config({ ...more, gateway: { port, ...more.gateway } }))
  return home.serving(home.start(['gateway'], { env: QUICK }))
}

/** Lines of a command that succeeded or not. */
async function linesOf(...args: string[]): Promise<string> {
  return (await home.run(args)).stdout
}

describe('the running gateway and its file', () => {
  it('takes over a hot change while clients stay connected', async () => {
    await home.configure(config(named('before')))
    const gateway = await home.gateway()
    const client = await gateway.connect()
    await home.configure(config(named('after')))
    await until('the new name', async () => (await agentName(client)) === 'after')
    await gateway.process.says(/config reload: applied \(agents\.list/)
  })

  it('SIGHUP: looks at the file now', async () => {
    await home.configure(config({ gateway: { reload: { debounceMs: 60_000, deferMs: 200 } }, ...named('before') }))
    const gateway = await home.gateway()
    const client = await gateway.connect()
    const next = { ...(config(named('after')) as { gateway: object }) }
    await home.configure({
      ...next,
      gateway: { mode: 'local', auth: { token: TOKEN }, reload: { debounceMs: 60_000, deferMs: 200 } },
    })
    gateway.process.kill('SIGHUP')
    await until('the new name', async () => (await agentName(client)) === 'after')
    expect(gateway.process.stdout).toContain('SIGHUP received')
  })

  it('SIGUSR1: restarts in the same process, and clients are told when to come back', async () => {
    await home.configure(config())
    const gateway = await home.gateway([], { env: QUICK })
    const client = await gateway.connect()
    const told: unknown[] = []
    client.on('shutdown', ({ payload }) => told.push(payload))
    gateway.process.kill('SIGUSR1')
    expect(await client.closed).toEqual({ code: 1012, reason: 'service restart' })
    expect(told).toEqual([{ reason: 'gateway restarting', restartExpectedMs: 1_500 }])
    const back = await gateway.connect()
    expect(textOf(await ask(back, 'still there?', 'r1'))).toContain('still there?')
    await gateway.process.says(/restarted in process in \d+ ms/)
    expect(readRecord(home.stateDir)?.pid).toBe(gateway.process.pid)
  })

  it('SIGUSR1 is ignored when commands.restart is false, also when that was said a moment ago', async () => {
    await home.configure(config())
    const gateway = await home.gateway([], { env: QUICK })
    const client = await gateway.connect()
    await home.configure(config({ commands: { restart: false } }))
    await gateway.process.says(/applied \(commands\.restart/)
    gateway.process.kill('SIGUSR1')
    await gateway.process.says(/SIGUSR1 ignored: commands\.restart is false/, 'stderr')
    expect((await client.call<{ ok: boolean }>('health', {})).ok).toBe(true)
  })

  it('a token that was changed shuts out who came with the old one', async () => {
    await home.configure(config())
    const gateway = await home.gateway()
    const client = await gateway.connect()
    await home.configure(config({ gateway: { auth: { token: 'another-token-altogether' } } }))
    expect(await client.closed).toEqual({ code: 1008, reason: 'unauthorized: gateway token changed' })
    await expect(gateway.connect()).rejects.toMatchObject({ code: 'unauthorized' })
    const back = await gateway.connect({ token: 'another-token-altogether' })
    expect((await back.call<{ ok: boolean }>('health', {})).ok).toBe(true)
  })
})

describe('a restart for the file', () => {
  it('moves to another port and keeps the process', async () => {
    const [first, second] = [await unusedPort(), await unusedPort()]
    const gateway = await startedOn(first)
    const client = await gateway.connect()
    await home.configure(config({ gateway: { port: second } }))
    expect((await client.closed).code).toBe(1012)
    const record = await until('the new port', () => {
      const now = readRecord(home.stateDir)
      return now?.port === second ? now : null
    })
    expect(record.pid).toBe(gateway.process.pid)
    const moved = new RunningGateway(gateway.process, record, TOKEN)
    const back = await moved.connect()
    expect((await back.call<{ ok: boolean }>('health', {})).ok).toBe(true)
    await moved.closeClients()
    await release(await occupy(first))
    await expect(gateway.connect()).rejects.toMatchObject({ code: 'unreachable' })
  })

  it('takes its own port with other addresses', async () => {
    const port = await unusedPort()
    const gateway = await startedOn(port)
    const client = await gateway.connect()
    await home.configure(config({ gateway: { port, bind: 'custom', customBindHost: '127.0.0.1' } }))
    expect((await client.closed).code).toBe(1012)
    const record = await until('the new addresses', () => {
      const now = readRecord(home.stateDir)
      return now?.bind === 'custom' ? now : null
    })
    expect(record).toMatchObject({ pid: gateway.process.pid, port, urls: [`ws://127.0.0.1:${port}`] })
    expect((await (await gateway.connect()).call<{ ok: boolean }>('health', {})).ok).toBe(true)
  })

  it('does not lose the run that is under way: asked once, answered once', async () => {
    await home.configure(config())
    const gateway = await home.gateway([], { env: QUICK })
    const client = await gateway.connect()
    const words = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ')
    const started = new Promise((resolve) => client.on('agent', resolve))
    await order(client, `/echo slow 50ms ${words}`, 'run-1')
    await started
    await order(client, 'next in line', 'run-2')
    await home.configure(config({ env: { vars: { CHANGED: 'yes' } } }))
    expect((await client.closed).code).toBe(1012)
    expect(gateway.process.stdout).toContain('restart waits for 2 runs')
    const back = await gateway.connect()
    expect(await waitFor(back, 'run-1')).toMatchObject({ status: 'ok' })
    expect(await waitFor(back, 'run-2')).toMatchObject({ status: 'ok' })
    expect(await history(back)).toEqual([
      `user: /echo slow 50ms ${words}`,
      `assistant: ${words}`,
      'user: next in line',
      expect.stringMatching(/^assistant: .*next in line/),
    ])
  })

  it('a note is heard by the next turn after it', async () => {
    await home.configure(config())
    const gateway = await home.gateway([], { env: QUICK })
    const client = await gateway.connect()
    const { hash } = await client.call<{ hash: string }>('config.get', {})
    const answer = await client.call<{ restart: { delayMs: number } | null; hash: string }>('config.patch', {
      raw: JSON.stringify({ env: { vars: { CHANGED: 'yes' } } }),
      baseHash: hash,
      restartDelayMs: 3000,
      note: 'moved house',
      sessionKey: 'main',
    })
    expect(answer.restart).toMatchObject({ delayMs: expect.any(Number) })
    expect((await client.call<{ hash: string }>('config.get', {})).hash).toBe(answer.hash)
    expect((await client.closed).code).toBe(1012)
    const back = await gateway.connect()
    await ask(back, 'what happened?', 'r1')
    expect(await home.run(['config', 'history'])).toMatchObject({ code: 0, stdout: expect.stringContaining('rpc') })
  })
})

describe('a file that cannot be used', () => {
  it('a port that somebody else holds: nothing stops, and status says so until it is mended', async () => {
    const [port, taken] = [await unusedPort(), await unusedPort()]
    const gateway = await startedOn(port)
    const client = await gateway.connect()
    const stranger = await occupy(taken)
    try {
      const refused = JSON.stringify(config({ gateway: { port: taken } }))
      await home.configure(refused)
      await gateway.process.says(/config reload: restart refused, .*keeping the running config/, 'stderr')
      expect((await client.call<{ ok: boolean }>('health', {})).ok).toBe(true)
      expect(readFileSync(home.configPath, 'utf8')).toBe(refused)
      const note = `${home.configPath}.refused.txt`
      const isWritten = async () => existsSync(note) && readFileSync(note, 'utf8').endsWith('by itself.\n')
      await until('the note', isWritten)
      expect(readFileSync(note, 'utf8')).toMatch(/did not take over this file: .+/)
      await until('status to say so', async () => /Config on disk +restart refused/.test(await linesOf('status')))
      expect(await linesOf('gateway', 'status')).toMatch(/Config on disk: restart refused/)
    } finally {
      await release(stranger)
    }
    await home.configure(config({ gateway: { port } }))
    await until('status to be content', async () => !(await linesOf('status')).includes('Config on disk'))
    await until('the note to go', async () => !existsSync(`${home.configPath}.refused.txt`))
    expect((await client.call<{ ok: boolean }>('health', {})).ok).toBe(true)
  })

  it('mode hot: what waits for a restart is listed until somebody makes one', async () => {
    await home.configure(config({ gateway: { reload: { mode: 'hot', debounceMs: 50 } } }))
    const gateway = await home.gateway([], { env: QUICK })
    await home.configure(
      config({ gateway: { reload: { mode: 'hot', debounceMs: 50 } }, env: { vars: { CHANGED: 'yes' } } }),
    )
    await gateway.process.says(/restart needed \(env\.vars/)
    await until('status to list it', async () => /Pending restart: env\.vars/.test(await linesOf('gateway', 'status')))
    gateway.process.kill('SIGUSR1')
    await gateway.process.says(/restarted in process/)
    await until('nothing to wait', async () => !(await linesOf('gateway', 'status')).includes('Pending restart'))
  })

  it('invalid, remote, gone, half-written: the gateway runs on, and takes what comes next', async () => {
    await home.configure(config(named('before')))
    const gateway = await home.serving(home.start(['gateway', '--port', '0']))
    const client = await gateway.connect()
    await home.configure({ gateway: { port: 'many' } })
    await gateway.process.says(/skipped, file invalid; keeping the running config/, 'stderr')
    await home.configure(config({ gateway: { mode: 'remote' } }))
    await gateway.process.says(/restart refused, .*remote/, 'stderr')
    await rm(home.configPath)
    await gateway.process.says(/config file is gone; keeping the running config/, 'stderr')
    expect(await agentName(client)).toBe('before')
    const text = JSON.stringify(config(named('after')))
    await writeFile(home.configPath, text.slice(0, 40))
    await writeFile(`${home.configPath}.new`, text)
    await rename(`${home.configPath}.new`, home.configPath)
    await until('the new name', async () => (await agentName(client)) === 'after')
  })

  it('on a cold start: exits with 78 and every problem, and --last-good runs what ran last', async () => {
    await home.configure(config(named('first')))
    const first = await home.gateway()
    await home.configure(config(named('last good')))
    await first.process.says(/applied \(agents\.list/)
    await first.stop()
    const broken = JSON.stringify({ gateway: { port: 'many', bindd: 'lan' }, logging: { level: 'loud' } })
    await home.configure(broken)
    const refused = await home.run(['gateway', '--port', '0'])
    expect(refused.code).toBe(78)
    for (const path of ['gateway.port', 'gateway.bindd', 'logging.level']) expect(refused.stderr).toContain(path)
    const gateway = await home.serving(home.start(['gateway', '--port', '0', '--last-good']), {
      env: { MAYROS_GATEWAY_TOKEN: TOKEN },
    })
    expect(gateway.process.stderr).toContain('starting with the last good one')
    const client = await gateway.connect()
    expect(await agentName(client)).toBe('last good')
    expect(readFileSync(home.configPath, 'utf8')).toBe(broken)
    await gateway.process.says(/skipped, file invalid/, 'stderr')
    await home.configure(config(named('mended')))
    await until('the mended file', async () => (await agentName(client)) === 'mended')
  })
})
