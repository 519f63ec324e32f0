import { type Endpoint, formatEndpoint } from '../../../src/application/ports/transport.js'
import type { SeededRandom } from '../transport/seeded-random.js'
import type { TransportHarness } from '../transport/transport-harness.js'
import { TroubledLine } from './troubled-line.js'

/** The same harness, whose clients reach every listener over a troubled line. */
export function disturbedClients(
  harness: TransportHarness,
  random: SeededRandom,
): TransportHarness & { undisturb(): Promise<void> } {
  const lines = new Map<string, { readonly line: TroubledLine; readonly entrance: Promise<Endpoint> }>()
  const entranceOf = (endpoint: Endpoint): Promise<Endpoint> => {
    const name = formatEndpoint(endpoint)
    let known = lines.get(name)
    if (!known) {
      const line = new TroubledLine(endpoint, random.fork())
      known = { line, entrance: line.open() }
      lines.set(name, known)
    }
    return known.entrance
  }
  const { raw } = harness
  return {
    ...harness,
    connect: async (endpoint, options) => harness.connect(await entranceOf(endpoint), options),
    request: async (endpoint, request) => harness.request(await entranceOf(endpoint), request),
    ...(raw && { raw: async (endpoint, options) => raw(await entranceOf(endpoint), options) }),
    undisturb: async () => {
      await Promise.all([...lines.values()].map(({ line }) => line.close()))
    },
  }
}
