import { socketHarness } from './harness/socket-harness.js'
import { defineContract } from './kit/contract.js'
import { backpressureProofs } from './transport/backpressure.proofs.js'
import { brokenHandlerProofs } from './transport/broken-handler.proofs.js'
import { capabilityProofs } from './transport/capability.proofs.js'
import { connectionProofs } from './transport/connection.proofs.js'
import { endingProofs } from './transport/ending.proofs.js'
import { httpProofs } from './transport/http.proofs.js'
import { httpWireProofs } from './transport/http-wire.proofs.js'
import { listeningProofs } from './transport/listening.proofs.js'
import { messageProofs } from './transport/message.proofs.js'
import { peerProofs } from './transport/peer.proofs.js'
import { proxyHeaderProofs } from './transport/proxy-header.proofs.js'
import { servingProofs } from './transport/serving.proofs.js'
import type { Proof } from './transport/stage.js'
import { proveOn } from './transport/stressed-proof.js'
import { topicProofs } from './transport/topic.proofs.js'
import { randomTraffic } from './transport/traffic.proofs.js'
import { TRANSPORT_GUARANTEES, type TransportGuaranteeId } from './transport/transport-guarantees.js'
import type { TransportHarness } from './transport/transport-harness.js'

const proofs: Record<TransportGuaranteeId, Proof> = {
  ...connectionProofs,
  ...messageProofs,
  ...backpressureProofs,
  ...topicProofs,
  ...httpProofs,
  ...httpWireProofs,
  ...peerProofs,
  ...proxyHeaderProofs,
  ...brokenHandlerProofs,
  ...listeningProofs,
  ...capabilityProofs,
  ...servingProofs,
  ...endingProofs,
  '11.1': (stage) => randomTraffic(stage, stage.random),
}

/** Nobody can check these without saying bytes. */
const ABOUT_BYTES: readonly TransportGuaranteeId[] = ['5.15', '5.16', '5.17', '5.19', '6.6']

/** Holds a transport to everything the port promises. */
export const transportContract = defineContract<TransportHarness>({
  port: 'transport',
  guarantees: TRANSPORT_GUARANTEES,
  members: ['create', 'connect', 'request', 'freePort', 'withoutPrivileges'],
  stresses: true,
  complete: withClients,
  check: (id, harness, { stress }) => {
    const known = id as TransportGuaranteeId
    return proveOn(known, proofs[known], harness, stress)
  },
  unfit: ({ raw }) => (raw ? {} : Object.fromEntries(ABOUT_BYTES.map((id) => [id, 'this harness has no raw clients']))),
})

/** A harness that says nothing about clients gets those of real sockets. */
function withClients(harness: TransportHarness): TransportHarness {
  if (typeof harness.connect === 'function' || typeof harness.create !== 'function') return harness
  const { name, create, tls, skip } = harness
  return socketHarness({ name, create, ...(tls && { tls }), ...(skip && { skip }) })
}

/** The numbers of all guarantees, in the order of the list. */
export function transportGuaranteeIds(): readonly TransportGuaranteeId[] {
  return Object.keys(TRANSPORT_GUARANTEES) as TransportGuaranteeId[]
}

/** Checks one guarantee; rejects with a message that names the broken promise and what was seen. */
export async function proveTransport(id: TransportGuaranteeId, harness: TransportHarness): Promise<void> {
  await transportContract.prove(id, harness)
}
