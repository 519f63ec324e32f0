import type { ConfigReading } from '../../../application/ports/config-source.js'
import { gatewayConfigSchema } from '../../../domain/config/config.js'
import { formatKeyPath, type KeyPath } from '../../../domain/config/key-path.js'
import { nearestKey } from '../../../domain/config/nearest-key.js'
import { parseKeyPath, resolveKeyPath } from '../../../domain/config/parse-key-path.js'
import { knownKeys, placeInside, rootPlace, type SchemaPlace } from '../../../domain/config/schema-place.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'

/** A key that somebody typed, and what the schema says about it. */
export interface TypedKey {
  readonly at: KeyPath
  /** `at` as it is shown. */
  readonly path: string
  readonly place: SchemaPlace
}

/**
 * Finds out which key is meant.
 * @throws CliFailure for a key that no configuration can have, and for an element that this one does not have
 */
export function typedKey(text: string, reading: ConfigReading): TypedKey {
  const typed = parseKeyPath(text)
  if ('message' in typed) throw new UsageFailure(`bad path ${text}: ${typed.message} at column ${typed.column}`)
  const at = resolveKeyPath(typed, reading.resolved, reading.config)
  if (at === null) throw notSet(text)
  let place = rootPlace(gatewayConfigSchema())
  for (const [index, segment] of at.entries()) {
    refuseUnknown(place, at, index)
    place = placeInside(place, segment)
  }
  return { at, path: formatKeyPath(at), place }
}

export function notSet(path: string): CliFailure {
  return new CliFailure('not_set', `not set: ${path}`)
}

function refuseUnknown(place: SchemaPlace, at: KeyPath, index: number): void {
  const keys = knownKeys(place)
  const segment = String(at[index])
  if (keys.length === 0 || keys.includes(segment) || at[index] === undefined || acceptsMore(place)) return
  const parent = at.slice(0, index)
  const meant = nearestKey(segment, keys)
  const hint = meant === null ? '' : ` (did you mean ${formatKeyPath([...parent, meant])}?)`
  throw new CliFailure('unknown_key', `no such key: ${formatKeyPath(at.slice(0, index + 1))}${hint}`)
}

/** Objects that have keys of their own and take others besides. */
function acceptsMore({ schema }: SchemaPlace): boolean {
  const definition = schema?.def as { readonly catchall?: { readonly def: { readonly type: string } } } | undefined
  return definition?.catchall !== undefined && definition.catchall.def.type !== 'never'
}
