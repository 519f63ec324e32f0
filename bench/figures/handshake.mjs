import { startBare, startGateway, startLoad } from '../processes.mjs'
import { compare } from '../rounds.mjs'

const AIM = 1.5

/** Connecting with a signed device identity, with nobody and with many others connected. */
export const handshake = {
  name: 'handshake',
  engines: ['uws', 'ws'],
  async measure({ cli, engine, rounds, seconds, report }) {
    const gateway = await startGateway(cli, { engine })
    const bare = await startBare(engine)
    const load = startLoad()
    try {
      for (const others of [0, 1000]) {
        for (const [side, { target }] of [
          ['ours', gateway],
          ['bare', bare],
        ]) {
          await load.order('open', { group: `${side} idle`, target, count: others })
        }
        const work = { seconds, warmUpSeconds: Math.min(1, seconds / 2), atOnce: 8 }
        const trial = await load.order('handshakes', { target: gateway.target, pid: gateway.pid, ...work })
        await bare.tell({ hello: { type: 'hello-ok', protocol: 3, snapshot: rowsOf(trial.helloBytes) } })
        const result = await compare(
          rounds,
          () => load.order('handshakes', { target: gateway.target, pid: gateway.pid, ...work }),
          () => load.order('handshakes', { target: bare.target, pid: bare.pid, ...work }),
        )
        report({
          figure: `handshake with signature, ${others} connected`,
          engine: gateway.name,
          unit: 'us CPU',
          aim: AIM,
          ...result,
        })
      }
    } finally {
      await Promise.all([load.stop(), bare.stop(), gateway.stop()])
    }
  },
}

/** Rows of about the size of presence rows, together about so many bytes of JSON. */
function rowsOf(bytes) {
  const row = { host: 'gateway-client', version: '1.0.0', platform: 'linux', mode: 'backend', reason: 'connect', ts: 1 }
  return Array.from({ length: Math.ceil(bytes / (JSON.stringify(row).length + 1)) }, () => row)
}
