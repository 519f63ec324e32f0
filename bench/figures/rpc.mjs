import { startBare, startGateway, startLoad } from '../processes.mjs'
import { compare } from '../rounds.mjs'

const SESSIONS = 10_000
const MESSAGES = 200
const LONG_SESSION = 'agent:main:long'
const WORDS = 'The quick brown fox jumps over the lazy dog and tells the story again. '

const few = { connections: 8, inFlight: 16, label: '8x16' }
const many = { connections: 1000, inFlight: 1, label: '1000x1' }
/** Eight ask while a thousand others are connected and idle. */
const watched = { ...few, idle: 992, label: '8x16, 1000 connected' }

const list = [['sessions.list', { limit: 50 }]]
const patch = [
  ['sessions.patch', { key: 'agent:main:bench-{slot}', thinkingLevel: 'low' }],
  ['sessions.patch', { key: 'agent:main:bench-{slot}', thinkingLevel: 'high' }],
]
const history = [['chat.history', { sessionKey: LONG_SESSION, limit: MESSAGES }]]

const figures = [
  { name: 'system-presence', requests: [['system-presence']], load: few, aim: 1.5 },
  { name: 'last-heartbeat', requests: [['last-heartbeat']], load: few, aim: 1.5 },
  { name: 'last-heartbeat', requests: [['last-heartbeat']], load: many, aim: 1.5 },
  { name: 'system-presence', requests: [['system-presence']], load: watched, aim: 1.5 },
  { name: 'config.get', requests: [['config.get', {}]], load: watched, aim: 2 },
  { name: 'health', requests: [['health']], load: watched, aim: 2 },
  { name: 'sessions.list', requests: list, load: few, aim: 2 },
  { name: 'sessions.list', requests: list, load: many, aim: 2 },
  { name: 'sessions.patch', requests: patch, load: few, aim: 4 },
  { name: 'sessions.patch', requests: patch, load: many, aim: 4 },
  { name: 'sessions.list + patch in turn', requests: [patch[0], list[0], patch[1], list[0]], load: few },
  { name: 'chat.history', requests: history, load: few, aim: 2 },
]

/** RPC requests: what one costs beside a server that parses and stringifies the same JSON. */
export const rpc = {
  name: 'rpc',
  engines: ['uws', 'ws'],
  async measure({ cli, engine, rounds, seconds, match, report }) {
    const gateway = await startGateway(cli, { engine })
    const bare = await startBare(engine)
    const load = startLoad()
    try {
      await furnish(load, gateway.target)
      const wanted = figures.filter((figure) => `${figure.name}, ${figure.load.label}`.includes(match))
      for (const figure of wanted) await measureOne(figure, { gateway, bare, load, engine, rounds, seconds, report })
    } finally {
      await Promise.all([load.stop(), bare.stop(), gateway.stop()])
    }
  },
}

async function furnish(load, target) {
  await load.order('open', { group: 'furnisher', target, count: 1 })
  const keys = Array.from({ length: SESSIONS }, (_, at) => ({ key: `agent:main:bench-${at}`, thinkingLevel: 'low' }))
  await load.order('callAll', { group: 'furnisher', method: 'sessions.patch', list: keys })
  await load.order('callAll', { group: 'furnisher', method: 'sessions.patch', list: [{ key: LONG_SESSION }] })
  const messages = Array.from({ length: MESSAGES }, (_, at) => ({
    sessionKey: LONG_SESSION,
    message: `${at}: ${WORDS.repeat(1 + (at % 5))}`,
  }))
  await load.order('callAll', { group: 'furnisher', method: 'chat.inject', list: messages })
  await load.order('close', { group: 'furnisher' })
}

async function measureOne(figure, { gateway, bare, load, engine, rounds, seconds, report }) {
  const { connections, inFlight, idle = 0, label } = figure.load
  for (const [side, { target }] of [
    ['ours', gateway],
    ['bare', bare],
  ]) {
    await load.order('open', { group: side, target, count: connections })
    if (idle > 0) await load.order('open', { group: `${side} idle`, target, count: idle })
  }
  // The bare server answers with exactly what the gateway answers.
  for (const [method, params] of figure.requests) {
    const given = JSON.parse(JSON.stringify(params ?? {}).replaceAll('{slot}', '1'))
    const payload = await load.order('call', {
      group: 'ours',
      method,
      ...(params === undefined ? {} : { params: given }),
    })
    await bare.tell({ answers: { [method]: payload } })
  }
  const work = { inFlight, requests: figure.requests, seconds, warmUpSeconds: Math.min(1, seconds / 2) }
  const result = await compare(
    rounds,
    () => load.order('rpc', { group: 'ours', pid: gateway.pid, ...work }),
    () => load.order('rpc', { group: 'bare', pid: bare.pid, ...work }),
  )
  for (const group of ['ours', 'ours idle', 'bare', 'bare idle']) await load.order('close', { group })
  report({
    figure: `${figure.name}, ${label}`,
    engine: gateway.name ?? engine,
    unit: 'us CPU',
    aim: figure.aim,
    ...result,
  })
}
