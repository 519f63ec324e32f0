import { residentOf } from '../process-facts.mjs'
import { startBare, startGateway, startLoad } from '../processes.mjs'

const CONNECTIONS = 5000
const SETTLE_MS = 3000

/** Resident memory without clients, and what each idle client adds. */
export const footprint = {
  name: 'footprint',
  engines: ['uws', 'ws'],
  async measure({ cli, engine, report }) {
    const gateway = await startGateway(cli, { engine })
    const bare = await startBare(engine)
    try {
      await settled()
      const before = { ours: residentOf(gateway.pid), bare: residentOf(bare.pid) }
      report({
        figure: 'RSS idle',
        engine: gateway.name,
        unit: 'MB',
        ours: { value: before.ours / 1e6 },
        bare: { value: before.bare / 1e6 },
        limit: '< 100 MB',
      })
      // Clients of the command line are not listed as present, so their coming is no news to the others.
      for (const [mode, kind] of [
        ['cli', 'unlisted'],
        ['backend', 'listed'],
      ]) {
        const ours = await growthPerClient(gateway, mode)
        const figure = `RSS per idle client of ${CONNECTIONS}, ${kind}`
        const bareGrowth = mode === 'cli' ? { bare: await growthPerClient(bare, mode) } : {}
        report({ figure, engine: gateway.name, unit: 'kB', ours, ...bareGrowth })
      }
    } finally {
      await Promise.all([bare.stop(), gateway.stop()])
    }
  },
}

async function growthPerClient({ pid, target }, mode) {
  const load = startLoad()
  try {
    const before = residentOf(pid)
    await load.order('open', { group: 'idle', target: { ...target, mode }, count: CONNECTIONS })
    await settled()
    return { value: (residentOf(pid) - before) / CONNECTIONS / 1e3 }
  } finally {
    await load.stop()
    await settled()
  }
}

function settled() {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
}
