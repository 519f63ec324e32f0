import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import { REDACTED } from '../../domain/config/redacted.js'
import type { ConfigReading } from '../ports/config-source.js'

/** Hidden from people who look at the configuration, yet nothing that opens a door. */
const NO_CREDENTIALS: ReadonlySet<string> = new Set(['sessionKey'])

/** Where the files say a secret themselves. A place that refers to a variable or another file is none. */
export function plainSecrets(
  reading: Pick<ConfigReading, 'resolved' | 'redactedResolved' | 'origins'>,
): readonly KeyPath[] {
  const found: KeyPath[] = []
  const look = (value: unknown, shown: unknown, at: KeyPath): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        look(member, memberOf(shown, key), [...at, Array.isArray(value) ? Number(key) : key])
      }
      return
    }
    const isSecret = shown === REDACTED && typeof value === 'string' && value !== ''
    if (!isSecret || NO_CREDENTIALS.has(String(at.at(-1)))) return
    if (reading.origins.get(formatKeyPath(at))?.reference === undefined) found.push(at)
  }
  look(reading.resolved, reading.redactedResolved, [])
  return found
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string, unknown>>)[key]
}
