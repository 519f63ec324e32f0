import type { AuditEntry, AuditEvent, AuditFacts } from '../ports/audit-trail.js'

const LONGEST_TEXT = 512
const MOST_DETAILS = 20
const MOST_ITEMS = 50

const TEXTS = ['actor', 'deviceId', 'clientId', 'connId', 'address', 'reason', 'subject'] as const

type Detail = NonNullable<AuditFacts['details']>[string]

/** What is kept of an occurrence: much of it comes from strangers, so texts and details have a largest size. */
export function boundedEntry(at: number, event: AuditEvent, facts: AuditFacts): AuditEntry {
  const entry: Record<string, unknown> = { at, event }
  for (const name of TEXTS) {
    const text = facts[name]
    if (typeof text === 'string') entry[name] = shortened(text)
  }
  if (typeof facts.details === 'object' && facts.details !== null) entry.details = boundedDetails(facts.details)
  return entry as unknown as AuditEntry
}

/** Own members only and no inherited names, so that a member called `__proto__` stays a member. */
function boundedDetails(details: NonNullable<AuditFacts['details']>): Record<string, Detail> {
  const members = Object.entries(details)
    .slice(0, MOST_DETAILS)
    .flatMap(([name, value]) => {
      const bounded = boundedDetail(value)
      return bounded === undefined ? [] : [[shortened(name), bounded] as const]
    })
  return Object.fromEntries(members)
}

function boundedDetail(value: unknown): Detail | undefined {
  if (typeof value === 'string') return shortened(value)
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value
  if (!Array.isArray(value)) return undefined
  return value
    .slice(0, MOST_ITEMS)
    .filter((item) => typeof item === 'string')
    .map(shortened)
}

function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
}
