import { AssertionError } from 'node:assert/strict'
import { messageOf } from '../../src/domain/failure.js'
import { backpressureProofs } from './transport/backpressure.proofs.js'
import { brokenHandlerProofs } from './transport/broken-handler.proofs.js'
import { connectionProofs } from './transport/connection.proofs.js'
import { endingProofs } from './transport/ending.proofs.js'
import { httpProofs } from './transport/http.proofs.js'
import { listeningProofs } from './transport/listening.proofs.js'
import { messageProofs } from './transport/message.proofs.js'
import { peerProofs } from './transport/peer.proofs.js'
import { servingProofs } from './transport/serving.proofs.js'
import { type Proof, Stage } from './transport/stage.js'
import { topicProofs } from './transport/topic.proofs.js'
import { TRANSPORT_GUARANTEES, type TransportGuaranteeId } from './transport/transport-guarantees.js'
import type { ContractRunner, TransportHarness } from './transport/transport-harness.js'

const proofs: Record<TransportGuaranteeId, Proof> = {
  ...connectionProofs,
  ...messageProofs,
  ...backpressureProofs,
  ...topicProofs,
  ...httpProofs,
  ...peerProofs,
  ...brokenHandlerProofs,
  ...listeningProofs,
  ...servingProofs,
  ...endingProofs,
}

/**
 * Holds a transport to everything the port promises. Registers one test per guarantee with the given runner;
 * a guarantee the harness skips appears as skipped, with its reason in the title.
 */
export function transportContract(runner: ContractRunner, harness: TransportHarness): void {
  runner.describe(`transport contract: ${harness.name}`, () => {
    for (const id of transportGuaranteeIds()) {
      const title = `${id} ${TRANSPORT_GUARANTEES[id].promise}`
      const excuse = harness.skip?.[id]
      const body = () => proveTransport(id, harness)
      if (excuse === undefined) runner.it(title, body)
      else runner.it.skip(`${title} (skipped: ${excuse})`, body)
    }
  })
}

/** The numbers of all guarantees, in the order of the list. */
export function transportGuaranteeIds(): readonly TransportGuaranteeId[] {
  return Object.keys(TRANSPORT_GUARANTEES) as TransportGuaranteeId[]
}

/** Checks one guarantee; rejects with a message that names the broken promise and what was seen. */
export async function proveTransport(id: TransportGuaranteeId, harness: TransportHarness): Promise<void> {
  const stage = new Stage(harness)
  const proven = await outcomeOf(proofs[id](stage))
  const cleared = await outcomeOf(stage.clear())
  const failure = proven ?? cleared
  if (failure) throw brokenPromise(id, harness.name, failure.thrown)
}

async function outcomeOf(work: Promise<void>): Promise<{ readonly thrown: unknown } | null> {
  return work.then(
    () => null,
    (thrown: unknown) => ({ thrown }),
  )
}

function brokenPromise(id: TransportGuaranteeId, name: string, thrown: unknown): AssertionError {
  const { promise, because } = TRANSPORT_GUARANTEES[id]
  const message = `${name} breaks guarantee ${id}: ${promise} (because ${because}). Seen: ${messageOf(thrown)}`
  const failure = new AssertionError({ message })
  failure.cause = thrown
  return failure
}
