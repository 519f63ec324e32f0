import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Session } from '../load/session.mjs'
import { startGateway } from '../processes.mjs'

const PATIENCE_MS = 20_000

/** From the write of the file to the change being seen by clients. The gateway's own settings; wall time. */
export const reload = {
  name: 'reload',
  engines: ['uws', 'ws'],
  async measure({ cli, engine, rounds, report }) {
    report({
      figure: 'hot change: write to in force',
      engine,
      unit: 'ms',
      ours: { value: await hotChange(cli, engine, 2 * rounds + 1) },
      limit: '< 500 ms',
    })
    const restarts = []
    for (let round = 0; round < rounds; round++) restarts.push(await restartChange(cli, engine))
    report({
      figure: 'restart-class change: shutdown told to next hello-ok',
      engine,
      unit: 'ms',
      ours: { value: median(restarts.map(({ away }) => away)) },
      limit: '< 1500 ms',
    })
    report({
      figure: 'restart-class change: write to next hello-ok',
      engine,
      unit: 'ms',
      ours: { value: median(restarts.map(({ all }) => all)) },
      limit: '< 1500 ms',
    })
  },
}

/** The file with an agent of another name, and perhaps another variable, which takes a restart. */
function write({ home, target }, name, variable = 'first') {
  const config = {
    gateway: { mode: 'local', auth: { token: target.token } },
    env: { vars: { BENCH: variable } },
    agents: { list: [{ id: 'main', name }] },
  }
  writeFileSync(join(home, '.mayros', 'mayros.json'), JSON.stringify(config), { mode: 0o600 })
}

const FIRST = { env: { vars: { BENCH: 'first' } }, agents: { list: [{ id: 'main', name: 'first' }] } }

async function hotChange(cli, engine, times) {
  const gateway = await startGateway(cli, { engine, config: FIRST })
  try {
    const session = await Session.open(gateway.target)
    const elapsed = []
    for (let time = 0; time < times; time++) {
      // Some time after the last change, so that each one is waited for on its own.
      await pause(700)
      const startedAt = performance.now()
      write(gateway, `name ${time}`)
      while (!(await agentsSeenBy(session)).includes(`"name ${time}"`)) {
        if (performance.now() - startedAt > PATIENCE_MS) throw new Error('the change was never in force')
        await pause(1)
      }
      elapsed.push(performance.now() - startedAt)
    }
    session.cut()
    return median(elapsed)
  } finally {
    await gateway.stop()
  }
}

async function restartChange(cli, engine) {
  const gateway = await startGateway(cli, { engine, config: FIRST })
  try {
    const session = await Session.open(gateway.target)
    await pause(700)
    let toldAt
    session.onText = (bytes, start, end) => {
      if (bytes.toString('utf8', start, end).includes('"event":"shutdown"')) toldAt ??= performance.now()
    }
    const startedAt = performance.now()
    write(gateway, 'first', 'second')
    while (toldAt === undefined) {
      if (performance.now() - startedAt > PATIENCE_MS) throw new Error('there was no restart')
      await pause(1)
    }
    const back = await Session.open(gateway.target)
    const end = performance.now()
    back.cut()
    return { all: end - startedAt, away: end - toldAt }
  } finally {
    await gateway.stop()
  }
}

let lastId = 0

/** What `agents.list` answers, as text. */
function agentsSeenBy(session) {
  const id = `r${++lastId}`
  return new Promise((resolve) => {
    session.onText = (bytes, start, end) => {
      const text = bytes.toString('utf8', start, end)
      if (text.startsWith('{"type":"res"') && text.includes(`"id":"${id}"`)) resolve(text)
    }
    session.send(JSON.stringify({ type: 'req', id, method: 'agents.list', params: {} }))
  })
}

function median(values) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
