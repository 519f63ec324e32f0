import { execFile, fork } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Session } from '../load/session.mjs'
import { createHome, ended, spawnGateway, startGateway, startLoad, targetAt } from '../processes.mjs'

const BARE = fileURLToPath(new URL('../servers/bare.mjs', import.meta.url))
const IDLE_CLIENTS = 100
const RETRY_MS = 2
const QUERIES = ['health', 'status', 'gateway status', 'gateway status --json', 'sessions', 'channels status', 'logs']

/** From spawn to the first `hello-ok`, commands that only ask, and from SIGTERM to gone. Wall time. */
export const lifetime = {
  name: 'lifetime',
  engines: ['uws', 'ws'],
  async measure({ cli, engine, engines, rounds, report }) {
    const times = 2 * rounds + 1
    const started = await lowest(times, () => startUp(cli, engine))
    const bare = await lowest(times, () => bareStartUp(engine))
    report({
      figure: 'start: spawn to first hello-ok',
      engine,
      unit: 'ms',
      ours: { value: started },
      bare: { value: bare },
      limit: '< 400 ms',
    })
    if (engine === engines[0]) {
      await queries(cli, engine, times, report)
      const node = await lowest(times, () => timed(() => promisify(execFile)(process.execPath, ['-e', '0'])))
      report({ figure: 'for comparison: node -e 0', engine: '-', unit: 'ms', ours: { value: node } })
    }
    const stopped = await lowest(rounds, () => stopTime(cli, engine))
    report({
      figure: `SIGTERM to gone, ${IDLE_CLIENTS} clients connected`,
      engine,
      unit: 'ms',
      ours: { value: stopped },
      limit: '< 100 ms',
    })
  },
}

async function lowest(times, measure) {
  const values = []
  for (let time = 0; time < times; time++) values.push(await measure())
  return Math.min(...values)
}

async function timed(work) {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

async function startUp(cli, engine) {
  const { home, remove } = createHome()
  const port = await freePort()
  const startedAt = performance.now()
  const child = spawnGateway(cli, { home, engine, port })
  const session = await firstHello(targetAt(port))
  const elapsed = performance.now() - startedAt
  session.cut()
  await ended(child)
  remove()
  return elapsed
}

async function bareStartUp(engine) {
  const startedAt = performance.now()
  const child = fork(BARE, [engine], { serialization: 'advanced' })
  const { port } = await new Promise((resolve) => child.once('message', resolve))
  const session = await firstHello(targetAt(port))
  const elapsed = performance.now() - startedAt
  session.cut()
  await ended(child)
  return elapsed
}

async function firstHello(target) {
  for (const deadline = performance.now() + 20_000; ; ) {
    try {
      return await Session.open(target)
    } catch (thrown) {
      if (performance.now() > deadline) throw thrown
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Commands that only ask, as an operator types them beside the gateway. */
async function queries(cli, engine, times, report) {
  const gateway = await startGateway(cli, { engine })
  const { port, token } = gateway.target
  const variables = { MAYROS_GATEWAY_PORT: String(port), MAYROS_GATEWAY_TOKEN: token }
  const options = { env: { PATH: process.env.PATH, HOME: gateway.home, ...variables } }
  try {
    for (const command of QUERIES) {
      const value = await lowest(times, () =>
        timed(() => promisify(execFile)(process.execPath, [cli, ...command.split(' ')], options)),
      )
      report({ figure: `mayros ${command}`, engine: '-', unit: 'ms', ours: { value }, limit: '< 250 ms' })
    }
  } finally {
    await gateway.stop()
  }
}

async function stopTime(cli, engine) {
  const { home, remove } = createHome()
  const port = await freePort()
  const child = spawnGateway(cli, { home, engine, port })
  const session = await firstHello(targetAt(port))
  session.cut()
  const load = startLoad()
  await load.order('open', { group: 'idle', target: targetAt(port), count: IDLE_CLIENTS })
  await new Promise((resolve) => setTimeout(resolve, 500))
  const elapsed = await timed(() => ended(child))
  await load.stop()
  remove()
  return elapsed
}
