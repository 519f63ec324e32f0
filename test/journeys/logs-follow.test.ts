import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { logEntryShape } from '../doubles/json-shapes.js'
import { CliHome } from './harness/cli-home.js'
import type { CliProcess } from './harness/cli-process.js'
import type { RunningGateway } from './harness/running-gateway.js'
import { until } from './harness/until.js'

const TOKEN = 'a-token-that-is-long-enough-for-a-test'
const LINES_EACH = 40

let home: CliHome
let port: number

beforeEach(async () => {
  home = new CliHome()
  port = await unusedPort()
  await home.configure({
    gateway: { mode: 'local', port, auth: { token: TOKEN } },
    // A file holds a few dozen lines only.
    logging: { level: 'debug', maxFileBytes: '8kb' },
  })
})

afterEach(() => home.dispose(), 30_000)

describe('mayros logs --follow', () => {
  it('loses and doubles no line over rotation and two restarts', async () => {
    const first = await start()
    const follower = home.start(['logs', '--follow', '--json', '--interval', '50', '--limit', '1'])
    await follower.says(/"type":"log"/)
    await makeNoise(first, 'one')
    await sees(follower, 'one')

    // In the same process.
    const { instanceId } = first.record
    const restarted = await home.run(['gateway', 'restart', '--json'])
    expect(restarted.code).toBe(0)
    await until('the next instance', async () => {
      const { stdout } = await home.run(['gateway', 'status', '--json', '--no-probe'])
      const { runtime } = JSON.parse(stdout) as { runtime: { status: string; instanceId: string | null } }
      return runtime.status === 'running' && runtime.instanceId !== instanceId
    })
    await makeNoise(first, 'two')
    await sees(follower, 'two')

    // In another one.
    expect((await first.stop()).code).toBe(0)
    const third = await start()
    await makeNoise(third, 'three')
    await sees(follower, 'three')
    follower.kill('SIGINT')
    expect((await follower.exited).code).toBe(130)
    expect((await third.stop()).code).toBe(0)

    const seen = follower.stdout
      .trim()
      .split('\n')
      .map((line) => logEntryShape.parse(JSON.parse(line)))
    const notices = seen.flatMap((entry) => (entry.type === 'notice' ? [entry.message] : []))
    expect(notices.every((message) => message === 'gateway restarting, waiting')).toBe(true)
    const followed = seen.flatMap((entry) => (entry.type === 'log' ? [entry.raw] : []))
    const written = await everyLine()
    const from = written.indexOf(followed[0] ?? '')
    expect(from).toBeGreaterThanOrEqual(0)
    expect(followed).toEqual(written.slice(from, from + followed.length))
    expect(followed.filter((line) => /noise-(?:one|two|three)-\d+/.test(line))).toHaveLength(3 * LINES_EACH)
    expect(rotations()).toBeGreaterThan(2)
  }, 60_000)
})

function start(): Promise<RunningGateway> {
  return home.gateway(['--port', String(port)])
}

/** Every call of a method that does not exist is a line of the log. */
async function makeNoise(gateway: RunningGateway, word: string): Promise<void> {
  const client = await gateway.connect()
  for (let count = 1; count <= LINES_EACH; count++) {
    await client.call(`noise-${word}-${count}`).catch((refusal: Error) => {
      if (!refusal.message.includes('unknown method')) throw refusal
    })
  }
  await client.close()
}

function sees(follower: CliProcess, word: string): Promise<unknown> {
  return follower.says(new RegExp(`noise-${word}-${LINES_EACH}\\b`))
}

/** The whole log as it lies on disk, oldest line first. */
async function everyLine(): Promise<readonly string[]> {
  const { stdout } = await home.run(['logs', '--offline', '--json', '--limit', '5000', '--max-bytes', '1000000'])
  return stdout
    .trim()
    .split('\n')
    .map((line) => logEntryShape.parse(JSON.parse(line)))
    .flatMap((entry) => (entry.type === 'log' ? [entry.raw] : []))
}

function rotations(): number {
  return readdirSync(join(home.stateDir, 'logs')).filter((name) => /\.log\.\d+$/.test(name)).length
}
