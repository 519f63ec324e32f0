import { hex } from '../../identity/hex.js'
import type { MethodFacts } from './method-facts.js'

const KEY_BYTES = 16

/** What a form begins with: a fresh idempotency key where one is wanted, so that each call is one of its own. */
export function firstParams(facts: MethodFacts | null): Readonly<Record<string, unknown>> {
  const wantsKey = facts?.params?.required?.includes('idempotencyKey') === true
  return wantsKey ? { idempotencyKey: hex(crypto.getRandomValues(new Uint8Array(KEY_BYTES))) } : {}
}
