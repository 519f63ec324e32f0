import { covers, type Role } from './access/scopes.js'
import type { EventGate } from './protocol/events.js'

/**
 * An audience is the set of gated events a connection may see, as bits. All members of an audience see exactly the
 * same broadcasts, so one counter per audience gives every connection contiguous sequence numbers: a gap always
 * means a lost event.
 */
export type Audience = number

const READ = 1
const PAIRING = 2
const APPROVALS = 4

/** How many audiences there can be; they are the numbers below this. */
export const AUDIENCES = 8

/** Which audience a connection belongs to. Nodes see only what everyone sees and what is sent to them. */
export function audienceOf(role: Role, scopes: ReadonlySet<string>): Audience {
  if (role === 'node') return 0
  return (
    (covers(scopes, 'operator.read') ? READ : 0) |
    (covers(scopes, 'operator.pairing') ? PAIRING : 0) |
    (covers(scopes, 'operator.approvals') ? APPROVALS : 0)
  )
}

/** Whether members of an audience see events behind this gate. */
export function sees(audience: Audience, gate: EventGate): boolean {
  switch (gate) {
    case 'everyone':
      return true
    case 'read':
      return (audience & READ) !== 0
    case 'pairing':
      return (audience & PAIRING) !== 0
    case 'approvals':
      return (audience & APPROVALS) !== 0
    case 'targeted':
      return false
  }
}

/** The topic that carries the broadcasts of an audience. */
export function topicOf(audience: Audience): string {
  return `audience:${audience}`
}
