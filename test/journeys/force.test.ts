import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { type ListeningChild, listeningChild } from '../doubles/listening-child.js'
import { CliHome } from './harness/cli-home.js'
import { ENTRY } from './harness/cli-process.js'
import { occupy, release } from './harness/occupied-port.js'
import { until } from './harness/until.js'

/** The user that owns nothing, on every Linux. */
const NOBODY = 65_534

let home: CliHome
let children: { stop(): Promise<void> }[]

beforeEach(() => {
  home = new CliHome()
  children = []
})

afterEach(async () => {
  await Promise.all(children.map((child) => child.stop()))
  await home.dispose()
})

describe('gateway --force', () => {
  it('nothing listens: says so and starts', async () => {
    const port = await unusedPort()
    const gateway = await home.gateway(['--force', '--port', String(port)])
    expect(gateway.process.stderr).toBe(`force: nothing listens on port ${port}\n`)
    expect(gateway.port).toBe(port)
  })

  it('a listener that goes when asked is asked, and no more', async () => {
    const { pid, port, exited } = await listening({})
    const gateway = await home.gateway(['--force', '--port', String(port)])
    expect(gateway.process.stderr).toMatch(
      new RegExp(`^force: stopped pid ${pid} \\(node\\) with SIGTERM after \\S+ m?s\n$`),
    )
    expect(await exited).toEqual({ code: null, signal: 'SIGTERM' })
    expect(await (await gateway.connect()).call('health')).toMatchObject({ ok: true })
  })

  it('a listener that ignores SIGTERM is killed after its grace', async () => {
    const { pid, port, exited } = await listening({ stubborn: true })
    const gateway = await home.gateway(['--force', '--port', String(port)])
    expect(gateway.process.stderr).toMatch(
      new RegExp(`^force: stopped pid ${pid} \\(node\\) with SIGKILL after 1\\.\\d s\n$`),
    )
    expect(await exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect(await (await gateway.connect()).call('health')).toMatchObject({ ok: true })
  })

  it('a listener on ::1 only is found and stopped', async ({ skip }) => {
    if (!hasIpv6Loopback()) skip('this host has no ::1')
    const { pid, port, exited } = await listening({ host: '::1' })
    const gateway = await home.gateway(['--force', '--port', String(port)])
    expect(gateway.process.stderr).toMatch(new RegExp(`^force: stopped pid ${pid} `))
    expect(await exited).toMatchObject({ signal: 'SIGTERM' })
  })

  it('a gateway on the port, with the same state directory: it stops in order and its successor knows its sessions', async () => {
    const first = await home.gateway()
    const client = await first.connect()
    await client.call(
      'agent',
      { message: 'remember', idempotencyKey: 'run-1', sessionKey: 'main' },
      { expectFinal: true },
    )
    const told = new Promise((resolve) => client.on('shutdown', resolve))

    const second = await home.gateway(['--force', '--port', String(first.port)])
    expect(second.process.stderr).toMatch(
      new RegExp(`^force: stopped pid ${first.record.pid} \\(node\\) with SIGTERM after \\S+ m?s\n$`),
    )
    await told
    expect(await client.closed).toEqual({ code: 1012, reason: 'service restart' })
    expect(await first.process.exited).toMatchObject({ code: 0 })
    expect(second.record.pid).toBe(second.process.pid)
    const back = await second.connect()
    expect(JSON.stringify(await back.call('chat.history', { sessionKey: 'main' }))).toContain('remember')
  })

  it('a gateway of another state directory on the port is stopped as well', async () => {
    const stateDir = join(home.path, 'other')
    const other = await home.gateway([], { stateDir, env: { MAYROS_STATE_DIR: stateDir } })
    const mine = await home.gateway(['--force', '--port', String(other.port)])
    expect(mine.process.stderr).toMatch(/^force: stopped pid \d+ \(node\) with SIGTERM after/)
    expect(await other.process.exited).toMatchObject({ code: 0 })
    expect(await (await mine.connect()).call('health')).toMatchObject({ ok: true })
  })

  it('never ends a process that started it', async () => {
    const port = await unusedPort()
    const own = await occupy(port)
    try {
      const { code, stderr } = await home.run(['gateway', '--allow-unconfigured', '--force', '--port', String(port)])
      expect(stderr).toMatch(
        new RegExp(
          `^force: port ${port} is held by pid ${process.pid} \\(.+\\), which is this program or started it\n$`,
        ),
      )
      expect(code).toBe(1)
      expect(own.listening).toBe(true)
    } finally {
      await release(own)
    }
  })

  it('does not touch the clients that are connected to the port', async () => {
    const { port, exited } = await listening({ stubborn: true })
    const client = await connectedChild(port)
    const gateway = await home.gateway(['--force', '--port', String(port)])
    expect(await exited).toEqual({ code: null, signal: 'SIGKILL' })
    await until('the client to notice', () => client.said().includes('connection closed'))
    expect(client.child.exitCode).toBeNull()
    expect(client.child.signalCode).toBeNull()
    expect(gateway.process.stderr).not.toContain(`pid ${client.child.pid}`)
  })

  it('does not touch listeners on other ports', async () => {
    const { port } = await listening({})
    const bystander = await listening({})
    await home.gateway(['--force', '--port', String(port)])
    await expect(occupy(bystander.port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('a process that is started anew as soon as it ends is reported, and not chased', async () => {
    const { pid, port, first } = await respawning()
    const { code, stderr } = await home.run(['gateway', '--allow-unconfigured', '--force', '--port', String(port)])
    const [, second] = /force: something restarts it: pid (\d+)/.exec(stderr) ?? []
    expect(stderr).toMatch(
      new RegExp(
        `^force: stopped pid ${first} \\(node\\) with SIGTERM after \\S+ m?s\nforce: something restarts it: pid ${second}, parent pid ${pid}(?:, unit \\S+)?\nforce: port ${port} is still held by pid ${second}\n$`,
      ),
    )
    expect(code).toBe(1)
    expect(() => process.kill(Number(second), 0)).not.toThrow()
  })

  it('a process of another user is not touched', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('only root can be two users')
    if (!existsSync('/usr/bin/setpriv')) skip('setpriv is not installed')
    const { pid, port } = await listening({})
    const own = join(home.path, 'of-nobody')
    await mkdir(own)
    await chown(own, NOBODY, NOBODY)
    await chmod(home.path, 0o755)
    const asNobody = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups ${process.execPath} ${ENTRY}`
    const line = `${asNobody} gateway --allow-unconfigured --force --port ${port}`
    const { code, stderr } = await home.type(line, { env: { HOME: own } }).exited
    expect(stderr).toBe(`force: port ${port} is held by a process of another user; run as that user or choose --port\n`)
    expect(code).toBe(1)
    expect(() => process.kill(pid, 0)).not.toThrow()
    await expect(occupy(port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('a start that is refused for other reasons ends nobody', async () => {
    const { pid, port } = await listening({})
    for (const args of [
      ['--bind', 'lan'],
      ['--auth', 'password'],
    ]) {
      const { code } = await home.run(['gateway', '--allow-unconfigured', '--force', '--port', String(port), ...args])
      expect(code, args.join(' ')).toBe(78)
    }
    expect(() => process.kill(pid, 0)).not.toThrow()
    await expect(occupy(port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

async function listening(options: Parameters<typeof listeningChild>[0]): Promise<ListeningChild> {
  const child = await listeningChild(options)
  children.push(child)
  return child
}

const RESPAWNER = `
const { spawn } = require('node:child_process')
const port = Number(process.argv[1])
const listener = 'const server = require("node:net").createServer(() => undefined)\\n' +
  'const listen = () => server.listen({ host: "127.0.0.1", port: ' + port + ' })\\n' +
  'server.on("error", () => setTimeout(listen, 5))\\n' +
  'server.on("listening", () => console.log("listens " + process.pid))\\n' +
  'process.on("disconnect", () => process.exit())\\n' +
  'listen()'
const start = () => spawn(process.execPath, ['-e', listener], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
start()
start()
`

/** A process that keeps a second listener ready, which takes the port as soon as the first has ended. */
async function respawning(): Promise<{ readonly pid: number; readonly port: number; readonly first: number }> {
  const port = await unusedPort()
  const child = spawn(process.execPath, ['-e', RESPAWNER, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  children.push({
    stop: async () => {
      child.kill('SIGKILL')
      await exited
    },
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { pid: child.pid ?? 0, port, first: Number(/^listens (\d+)/.exec(line.toString())?.[1]) }
}

const CLIENT = `
const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1', () => console.log('connected'))
socket.on('error', () => undefined)
socket.on('close', () => console.log('connection closed'))
setInterval(() => undefined, 60000)
`

/** A process that is connected to the port and stays when the connection ends. */
async function connectedChild(port: number): Promise<{ readonly child: ChildProcess; said(): string }> {
  const child = spawn(process.execPath, ['-e', CLIENT, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString()
  })
  const exited = once(child, 'exit')
  children.push({
    stop: async () => {
      child.kill('SIGKILL')
      await exited
    },
  })
  await until('the client to be connected', () => said.includes('connected'))
  return { child, said: () => said }
}

function hasIpv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((entries) => entries?.some((entry) => entry.address === '::1'))
}
