import type { GatewayConfig } from '../config/config.js'

/** One entry of `hooks.mappings`. */
export type HookMapping = GatewayConfig['hooks']['mappings'][number]

/** A request as far as mappings look at it. */
export interface MappedRequest {
  /** Below `hooks.path`, without slashes around it. */
  readonly path: string
  readonly payload: unknown
}

/** The first mapping whose conditions all hold; one without conditions takes everything. */
export function findMapping(mappings: readonly HookMapping[], request: MappedRequest): HookMapping | undefined {
  return mappings.find((mapping) => mayTake(mapping, request.path) && isFromSource(mapping, request.payload))
}

/** Whether a mapping takes requests to this path, for some body or other. */
export function mayTake({ match }: HookMapping, path: string): boolean {
  return match?.path === undefined || withoutSlashes(match.path) === path
}

/** `/github/` is `github`. */
export function withoutSlashes(path: string): string {
  return path.replace(/^\/+/, '').replace(/\/+$/, '')
}

function isFromSource({ match }: HookMapping, payload: unknown): boolean {
  if (match?.source === undefined) return true
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, 'source')) return false
  return (payload as { readonly source: unknown }).source === match.source
}
