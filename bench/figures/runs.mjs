import { startBare, startGateway, startLoad, startModel } from '../processes.mjs'
import { compare } from '../rounds.mjs'

const AT_ONCE = 200
const AIM = 2

/** Agent runs through an OpenAI-compatible provider, beside a proxy that only copies the stream. */
export const runs = {
  name: 'runs',
  engines: ['uws', 'ws'],
  async measure({ cli, engine, rounds, report }) {
    const model = await startModel()
    const provider = { baseUrl: model.url, apiKey: 'none', api: 'openai-completions', models: [{ id: 'm' }] }
    const config = {
      agents: { defaults: { model: 'double/m', maxConcurrent: AT_ONCE } },
      models: { providers: { double: provider } },
    }
    const gateway = await startGateway(cli, { engine, config })
    const bare = await startBare(engine)
    const load = startLoad()
    try {
      await bare.tell({ upstream: `${model.url}/chat/completions` })
      await load.order('open', { group: 'ours', target: gateway.target, count: 1 })
      await load.order('open', { group: 'bare', target: bare.target, count: 1 })
      let batch = 0
      // Every run is the first of its session.
      const once = (side, pid) => load.order('runs', { group: side, pid, count: AT_ONCE, name: `${side}-${++batch}` })
      // The compiler needs a few hundred runs until the hot paths are compiled; a gateway lives longer than that.
      const warmUps = rounds === 1 ? 2 : 8
      for (let round = 0; round < warmUps; round++) {
        await once('bare', bare.pid)
        await once('ours', gateway.pid)
      }
      const result = await compare(
        rounds,
        () => once('ours', gateway.pid),
        () => once('bare', bare.pid),
      )
      report({
        figure: `agent run of 40 chunks, ${AT_ONCE} at once`,
        engine: gateway.name,
        unit: 'us CPU',
        aim: AIM,
        ...result,
      })
    } finally {
      await Promise.all([load.stop(), bare.stop(), gateway.stop(), model.stop()])
    }
  },
}
