import { startGateway, startLoad, startModel } from '../processes.mjs'

const AT_ONCE = 200

/**
 * Chat completions streamed over HTTP by a gateway with a model behind it, beside asking that model directly. `bare` is
 * what the model itself takes for a stream, and how soon it says its first word.
 */
export const httpStreams = {
  name: 'http-streams',
  engines: ['uws', 'ws'],
  async measure({ cli, engine, rounds, report }) {
    const model = await startModel()
    const provider = { baseUrl: model.url, apiKey: 'none', api: 'openai-completions', models: [{ id: 'm' }] }
    const config = {
      gateway: { http: { endpoints: { chatCompletions: { enabled: true } } } },
      agents: { defaults: { model: 'double/m', maxConcurrent: AT_ONCE } },
      models: { providers: { double: provider } },
    }
    const gateway = await startGateway(cli, { engine, config })
    const load = startLoad()
    try {
      const { host, port, token } = gateway.target
      const path = '/chat/completions'
      const sides = {
        ours: { url: `http://${host}:${port}/v1${path}`, token, model: 'mayros', pid: gateway.pid },
        bare: { url: `${model.url}${path}`, token: 'none', model: 'm', pid: model.pid },
      }
      const once = (side) => load.order('httpStreams', { ...sides[side], count: AT_ONCE })
      // The compiler needs a few hundred runs until the hot paths are compiled; a gateway lives longer than that.
      const warmUps = rounds === 1 ? 2 : 8
      for (let round = 0; round < warmUps; round++) {
        await once('bare')
        await once('ours')
      }
      const ours = []
      const bare = []
      for (let round = 0; round < rounds; round++) {
        bare.push(await once('bare'))
        ours.push(await once('ours'))
      }
      const what = `chat completion of 40 chunks over HTTP, ${AT_ONCE} at once`
      const cheapest = (all) => least(all, ({ cpuUs }) => cpuUs)
      report({
        figure: what,
        engine: gateway.name,
        unit: 'us CPU',
        ours: cheapest(ours),
        bare: { cpuUs: cheapest(bare).cpuUs, perSecond: cheapest(bare).perSecond },
      })
      const soonest = (all) => least(all, ({ firstWordMs }) => firstWordMs.p50).firstWordMs
      const { p50, p99 } = soonest(ours)
      report({
        figure: `${what}: first word`,
        engine: gateway.name,
        unit: 'ms',
        ours: { value: p50, p50Ms: p50, p99Ms: p99 },
        bare: { value: soonest(bare).p50 },
      })
    } finally {
      await Promise.all([load.stop(), gateway.stop(), model.stop()])
    }
  },
}

/** Other work can only add to a figure, so the lowest of all rounds counts. */
function least(results, of) {
  return results.reduce((best, result) => (of(result) < of(best) ? result : best))
}
