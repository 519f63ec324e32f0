import type { ConfigReading } from '../../application/ports/config-source.js'

/** Files below this size shrink by half for good reasons. */
const LEAST_BYTES = 512

/** What looks like a mistake in a write although the result is valid, one sentence each. */
export function anomaliesOf(before: ConfigReading, after: ConfigReading): string[] {
  const [was, is] = [Buffer.byteLength(before.raw), Buffer.byteLength(after.raw)]
  const had = membersOf(before.resolved)
  const has = membersOf(after.resolved)
  const found: string[] = []
  if (was >= LEAST_BYTES && is * 2 <= was) found.push(`the file shrank from ${was} to ${is} bytes`)
  if (membersOf(had.gateway).mode !== undefined && membersOf(has.gateway).mode === undefined) {
    found.push('gateway.mode disappeared')
  }
  if (Object.keys(membersOf(had.channels)).length > 0 && Object.keys(membersOf(has.channels)).length === 0) {
    found.push('all channels disappeared')
  }
  return found
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
