import { beforeAll, describe, expect, it } from 'vitest'
import { NodeSocketFiles } from '../../../src/adapters/socket-files-node/node-socket-files.js'
import { WsTransport } from '../../../src/adapters/transport-ws/ws-transport.js'
import { LOOPBACK_CERTIFICATE } from '../harness/loopback-certificate.js'
import { memoryHarness } from '../harness/memory-harness.js'
import { socketHarness } from '../harness/socket-harness.js'
import { TRANSPORT_GUARANTEES, type TransportGuaranteeId } from '../transport/transport-guarantees.js'
import type { TransportHarness } from '../transport/transport-harness.js'
import { proveTransport } from '../transport.contract.js'
import { type Lies, lyingTransport } from './lying-transport.js'
import { FURTHER_LIES, TRANSPORT_LIES, WIRE_LIES } from './transport-lies.js'

interface Case {
  readonly title: string
  readonly breaks: TransportGuaranteeId
  readonly harness: TransportHarness
}

const cases: readonly Case[] = [
  ...Object.entries(TRANSPORT_LIES).map(([id, lies]) =>
    caseOf(`breaks ${id}`, id as TransportGuaranteeId, inMemory(lies)),
  ),
  ...FURTHER_LIES.map(({ what, breaks, lies }) => caseOf(what, breaks, inMemory(lies))),
  ...WIRE_LIES.map(({ what, breaks, lies }) => caseOf(what, breaks, onSockets(lies))),
]

describe('the transport contract finds out a transport that', () => {
  const findings = new Map<Case, string>()

  /** All at once, since some lies show only in that something never comes. */
  beforeAll(async () => {
    await Promise.all(cases.map(async (each) => findings.set(each, await findingOf(each))))
  }, 60_000)

  for (const each of cases) {
    it(each.title, () => {
      const { promise } = TRANSPORT_GUARANTEES[each.breaks]
      expect(findings.get(each)).toContain(`breaks guarantee ${each.breaks}: ${promise}`)
    })
  }
})

function caseOf(title: string, breaks: TransportGuaranteeId, harness: TransportHarness): Case {
  return { title: title.endsWith(breaks) ? title : `${title} (${breaks})`, breaks, harness }
}

function inMemory(lies: Lies): TransportHarness {
  return memoryHarness((honest) => lyingTransport(honest, lies))
}

function onSockets(lies: Lies): TransportHarness {
  const create: TransportHarness['create'] = (asked = {}) => {
    const options = lies.options?.(asked) ?? asked
    return lyingTransport(
      new WsTransport({ socketFiles: new NodeSocketFiles(), mayProxy: () => true, ...options }),
      lies,
    )
  }
  return socketHarness({ name: 'a liar on sockets', create, tls: LOOPBACK_CERTIFICATE })
}

async function findingOf({ breaks, harness }: Case): Promise<string> {
  return proveTransport(breaks, harness).then(
    () => 'nothing was noticed',
    (thrown: Error) => thrown.message,
  )
}
