import { beforeAll, describe, expect, it } from 'vitest'
import { memoryHarness } from '../harness/memory-harness.js'
import { TRANSPORT_GUARANTEES, type TransportGuaranteeId } from '../transport/transport-guarantees.js'
import { proveTransport } from '../transport.contract.js'
import { type Lies, lyingTransport } from './lying-transport.js'
import { TRANSPORT_LIES } from './transport-lies.js'

const lies = Object.entries(TRANSPORT_LIES) as [TransportGuaranteeId, Lies][]

describe('the transport contract finds out a transport that breaks', () => {
  const findings = new Map<TransportGuaranteeId, string>()

  /** All at once, since some lies show only in that something never comes. */
  beforeAll(async () => {
    await Promise.all(lies.map(async ([id, lie]) => findings.set(id, await findingOf(id, lie))))
  })

  it.each(lies.map(([id]) => id))('guarantee %s', (id) => {
    expect(findings.get(id)).toContain(`breaks guarantee ${id}: ${TRANSPORT_GUARANTEES[id].promise}`)
  })
})

async function findingOf(id: TransportGuaranteeId, lie: Lies): Promise<string> {
  const harness = memoryHarness((honest) => lyingTransport(honest, lie))
  return proveTransport(id, harness).then(
    () => 'nothing was noticed',
    (thrown: Error) => thrown.message,
  )
}
