import type { PresenceRow } from '../../domain/presence-row.js'
import { limits } from '../../domain/protocol/limits.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import type { Client } from '../connection/client.js'
import type { Clock } from '../ports/clock.js'
import type { SystemInfo } from '../ports/system-info.js'

interface BoardRow {
  /** JSON of the row up to its time stamp, which is the one thing that changes without a new version. */
  readonly head: string
  ts: number
  /** The client behind it while it is connected; such a row never expires. */
  client: Client | null
}

/** Time stamps of live rows may lag this much, so that reading the board twice does not mean writing it twice. */
const FRESH_MS = 1_000

/** Who is here: connected clients, those that just left, and what `system-event` told. */
export class PresenceBoard {
  readonly #clock: Clock
  readonly #system: SystemInfo
  /** In order of last change, newest last. */
  readonly #rows = new Map<string, BoardRow>()
  #version = 1
  #text: { readonly json: RawJson; readonly at: number; readonly version: number } | undefined

  constructor(clock: Clock, system: SystemInfo) {
    this.#clock = clock
    this.#system = system
  }

  /** Goes up with every change that clients should hear of. */
  get version(): number {
    return this.#version
  }

  /** Lists a client. Command-line clients come and go too fast to be listed; returns whether it was. */
  arrived(client: Client): boolean {
    const { identity } = client
    if (identity.client.mode === 'cli') return false
    this.#put(keyOf(client), rowOf(client, 'connect'), client)
    return true
  }

  /** Marks a client as gone; returns whether it was listed. */
  left(client: Client): boolean {
    const key = keyOf(client)
    if (this.#rows.get(key)?.client !== client) return false
    this.#put(key, rowOf(client, 'disconnect'), null)
    return true
  }

  /** Adds or replaces a row that a program told us about. */
  told(key: string, row: PresenceRow): void {
    const existing = this.#rows.get(key.toLowerCase())
    this.#put(key, row, existing?.client ?? null)
  }

  /** All rows as a JSON array, our own first, then by last activity. */
  rows(): RawJson {
    const now = this.#clock.now()
    const cached = this.#text
    if (cached !== undefined && cached.version === this.#version && now - cached.at < FRESH_MS) return cached.json
    this.#expire(now)
    const json = new RawJson(this.#write(now))
    this.#text = { json, at: now, version: this.#version }
    return json
  }

  #write(now: number): string {
    for (const row of this.#rows.values()) if (row.client !== null) row.ts = Math.max(row.ts, row.client.lastActiveAt)
    const newestFirst = [...this.#rows.values()].sort((a, b) => b.ts - a.ts)
    let text = `[${this.#self()}${now}}`
    for (const row of newestFirst) text += `,${row.head}${row.ts}}`
    return `${text}]`
  }

  #self(): string {
    const { hostname, version, platform } = this.#system
    return headOf({
      host: hostname,
      version,
      platform,
      mode: 'gateway',
      reason: 'self',
      text: `Gateway: ${hostname} · app ${version} · mode gateway · reason self`,
    })
  }

  #put(key: string, row: PresenceRow, client: Client | null): void {
    const id = key.toLowerCase()
    this.#rows.delete(id)
    this.#rows.set(id, { head: headOf(row), ts: this.#clock.now(), client })
    this.#version++
    if (this.#rows.size > limits.presenceRows - 1) this.#evict()
  }

  /** Makes room: the oldest that is not connected goes first, else the oldest. */
  #evict(): void {
    let oldest: string | undefined
    for (const [key, row] of this.#rows) {
      oldest ??= key
      if (row.client === null) {
        oldest = key
        break
      }
    }
    if (oldest !== undefined) this.#rows.delete(oldest)
  }

  #expire(now: number): void {
    for (const [key, row] of this.#rows) {
      if (row.client === null && now - row.ts > limits.presenceTtlMs) this.#rows.delete(key)
    }
  }
}

function headOf(row: PresenceRow): string {
  const json = JSON.stringify(row)
  return json === '{}' ? '{"ts":' : `${json.slice(0, -1)},"ts":`
}

function keyOf(client: Client): string {
  return client.identity.deviceId ?? client.identity.client.instanceId ?? client.identity.connId
}

function rowOf(client: Client, reason: string): PresenceRow {
  const { identity } = client
  const { client: info } = identity
  return {
    host: info.displayName ?? info.id,
    ...(identity.remoteIp === undefined ? {} : { ip: identity.remoteIp }),
    version: info.version,
    platform: info.platform,
    ...(info.deviceFamily === undefined ? {} : { deviceFamily: info.deviceFamily }),
    ...(info.modelIdentifier === undefined ? {} : { modelIdentifier: info.modelIdentifier }),
    mode: info.mode,
    reason,
    ...(identity.deviceId === undefined ? {} : { deviceId: identity.deviceId }),
    roles: [identity.role],
    scopes: [...identity.scopes],
    ...((identity.deviceId ?? info.instanceId) === undefined
      ? {}
      : { instanceId: identity.deviceId ?? info.instanceId }),
  } as PresenceRow
}
