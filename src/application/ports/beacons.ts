/*
 * Makes gateways known in the local network, and finds those of others. Called by the process, and by the commands
 * that look around.
 * Promises: what is announced is found by everybody in the network until it is withdrawn, and by nobody after that; who
 * announces a name that somebody else has gets another one. Found beacons come from strangers: nothing in them is
 * authenticated, only their form is checked.
 * May refuse: with a BeaconFailure.
 */
import type { Beacon } from '../../domain/discovery/beacon.js'
import { Failure } from '../../domain/failure.js'

export interface Beacons {
  /** Resolves when it is announced. */
  announce(beacon: Beacon): Promise<Announcement>
  /** Looks around for `withinMs` milliseconds. Each beacon once, ordered by name. */
  find(withinMs: number): Promise<readonly Beacon[]>
}

/** A beacon that others can find. */
export interface Announcement {
  /** The name it has in the network. */
  readonly name: string
  /** Says that it is gone. Never rejects; safe to call twice. */
  withdraw(): Promise<void>
}

/** Why a network cannot be told or asked, code by code. */
export const BEACON_FAILURES = {
  'multicast-unavailable': 'no interface of this host takes part in multicast DNS, or its port is taken for good',
  'name-taken': 'every name that was tried is taken by somebody else',
} as const

export type BeaconFailureCode = keyof typeof BEACON_FAILURES

export class BeaconFailure extends Failure {
  override readonly code: BeaconFailureCode

  constructor(code: BeaconFailureCode, message: string, cause?: unknown) {
    super(code, message, { retryable: true, cause })
    this.code = code
  }
}
