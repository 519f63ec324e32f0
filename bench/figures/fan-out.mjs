import { startBare, startGateway, startLoad } from '../processes.mjs'
import { compare } from '../rounds.mjs'

const CONNECTIONS = 1000
const DELTAS = 500
/** The runner gives this many turns of the loop to that many deltas; the bare server does the same. */
const TURNS = 2
const AIM = 1.4

let lastRun = 0

function request(last) {
  const runId = `fan-out-${++lastRun}`
  const params = { sessionKey: 'main', message: `/echo long ${DELTAS}`, idempotencyKey: runId }
  return { request: JSON.stringify({ type: 'req', id: runId, method: 'chat.send', params }), last }
}

/** One run of 500 deltas, told to 1000 connections. */
export const fanOut = {
  name: 'fan-out',
  engines: ['uws', 'ws'],
  async measure({ cli, engine, rounds, report }) {
    const gateway = await startGateway(cli, { engine })
    const bare = await startBare(engine)
    const load = startLoad()
    try {
      await load.order('open', { group: 'one', target: gateway.target, count: 1 })
      const last = '"state":"final"'
      const texts = await load.order('record', { group: 'one', ...request(last) })
      await load.order('close', { group: 'one' })
      const burst = texts.filter((text) => /^{"type":"event","event":"(agent|chat)"/.test(text))
      await bare.tell({ burst, burstTurns: TURNS })
      for (const [side, { target }] of [
        ['ours', gateway],
        ['bare', bare],
      ]) {
        await load.order('open', { group: side, target, count: CONNECTIONS })
      }
      const once = async (side, pid) => {
        const { cpu, elapsed } = await load.order('fanOut', { group: side, pid, ...request(last) })
        const deliveries = burst.length * CONNECTIONS
        return { cpuUs: cpu / deliveries, perSecond: (deliveries / elapsed) * 1000, elapsedMs: elapsed }
      }
      await once('bare', bare.pid)
      await once('ours', gateway.pid)
      const result = await compare(
        rounds,
        () => once('ours', gateway.pid),
        () => once('bare', bare.pid),
      )
      report({
        figure: `fan-out of ${DELTAS} deltas to ${CONNECTIONS}`,
        engine: gateway.name,
        unit: 'us CPU/delivery',
        aim: AIM,
        ...result,
      })
    } finally {
      await Promise.all([load.stop(), bare.stop(), gateway.stop()])
    }
  },
}
