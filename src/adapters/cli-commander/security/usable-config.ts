import type { z } from 'zod'
import type { ConfigReading } from '../../../application/ports/config-source.js'
import type { GatewayConfig } from '../../../domain/config/config.js'

/** Each round takes out at least one value, so this many wrong ones are survived. */
const MOST_ROUNDS = 200

/**
 * The configuration; where the files are wrong, what is left of them when every value that does not fit is taken out.
 * Defaults stand in for the rest. For looking at only: nothing may run with it.
 */
export async function usableConfig(reading: ConfigReading): Promise<GatewayConfig> {
  if (reading.config !== null) return reading.config
  const { schemaFor } = await import('../../../domain/config/schema-for.js')
  const value: unknown = structuredClone(reading.resolved ?? {})
  const schema = schemaFor(value)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const outcome = schema.safeParse(value)
    if (outcome.success) return outcome.data
    for (const path of placesOf(value, outcome.error.issues)) remove(value, path)
  }
  return schemaFor({}).parse({})
}

/** What to take out, each once, from the end, so that places in a list stay what they are. */
function placesOf(root: unknown, issues: readonly z.core.$ZodIssue[]): readonly (readonly PropertyKey[])[] {
  const places = new Map<string, readonly PropertyKey[]>()
  for (const path of issues.flatMap((issue) => pathsOf(root, issue))) places.set(JSON.stringify(path), path)
  return [...places.values()].reverse()
}

function pathsOf(root: unknown, issue: z.core.$ZodIssue): readonly (readonly PropertyKey[])[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key])
  // A missing key cannot be taken out; what should have it can.
  let path = issue.path
  while (path.length > 1 && memberAt(root, path) === undefined) path = path.slice(0, -1)
  return [path]
}

function memberAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((owner, key) => {
    const isThere = typeof owner === 'object' && owner !== null && Object.hasOwn(owner, key)
    return isThere ? (owner as Record<PropertyKey, unknown>)[key] : undefined
  }, root)
}

function remove(root: unknown, path: readonly PropertyKey[]): void {
  const key = path.at(-1)
  const owner = memberAt(root, path.slice(0, -1))
  if (key === undefined || typeof owner !== 'object' || owner === null) return
  if (Array.isArray(owner)) owner.splice(Number(key), 1)
  else delete (owner as Record<PropertyKey, unknown>)[key]
}
