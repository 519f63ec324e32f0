import { messageOf } from '../../../src/domain/failure.js'
import type { StressOptions } from '../kit/contract.js'
import { SeededRandom } from './seeded-random.js'
import { type Proof, Stage } from './stage.js'
import type { TransportGuaranteeId } from './transport-guarantees.js'
import type { TransportHarness } from './transport-harness.js'

/** They look at the address, measure buffers, move masses, or decide themselves how bytes are cut. */
const UNDISTURBED: ReadonlySet<TransportGuaranteeId> = new Set<TransportGuaranteeId>([
  ...(['5.1', '5.5', '5.8', '5.9', '5.17', '6.1', '6.3', '6.4', '6.5'] as const),
  ...(['8.1', '8.4', '8.5', '8.7', '8.9', '8.10', '8.11'] as const),
])
/** Without stress random traffic is the same every time. */
const USUAL_SEED = 20_240_607

/** A proof on a stage of its own, once, or as often and over as bad a line as the stress options say. */
export async function proveOn(
  id: TransportGuaranteeId,
  proof: Proof,
  harness: TransportHarness,
  stress: StressOptions | undefined,
): Promise<void> {
  if (!stress) {
    await onStage(proof, new Stage(harness, new SeededRandom(USUAL_SEED)))
    return
  }
  for (let round = 0; round < stress.rounds; round++) {
    const random = new SeededRandom(stress.seed + round)
    const disturbed = UNDISTURBED.has(id) ? undefined : harness.disturbed?.(random.fork())
    try {
      await onStage(proof, new Stage(disturbed ?? harness, random))
    } catch (thrown) {
      throw replayable(thrown, stress.seed + round)
    } finally {
      await disturbed?.undisturb()
    }
    if (UNDISTURBED.has(id)) return
  }
}

/** The stage is cleared whatever the proof finds; what the proof found counts more than trouble with clearing. */
async function onStage(proof: Proof, stage: Stage): Promise<void> {
  const proven = await outcomeOf(proof(stage))
  const cleared = await outcomeOf(stage.clear())
  const failure = proven ?? cleared
  if (failure) throw failure.thrown
}

/** The same failure, which says how to see it again. */
function replayable(thrown: unknown, seed: number): unknown {
  const how = `(under stress; replay with seed ${seed} and one round)`
  if (!(thrown instanceof Error)) return new Error(`${messageOf(thrown)} ${how}`)
  thrown.message = `${thrown.message} ${how}`
  return thrown
}

async function outcomeOf(work: Promise<void>): Promise<{ readonly thrown: unknown } | null> {
  return work.then(
    () => null,
    (thrown: unknown) => ({ thrown }),
  )
}
