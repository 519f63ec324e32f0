import type { TransportHarness } from '../../contracts/transport/transport-harness.js'

/** What the engine cannot keep of the contract. */
export const CANNOT: NonNullable<TransportHarness['skip']> = {
  '1.9': 'the engine does not tell the remote port; everything else of it is checked beside the contract',
  '5.7': 'the engine sends headers with the first byte only; event streams begin with an empty comment instead',
}
