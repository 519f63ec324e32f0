import type { PresenceRow } from '../../domain/presence-row.js'
import { limits } from '../../domain/protocol/limits.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import type { Client } from '../connection/client.js'
import type { Clock } from '../ports/clock.js'
import type { SystemInfo } from '../ports/system-info.js'

interface BoardRow {
  readonly facts: PresenceRow
  /** JSON of the row up to its time stamp, which is the one thing that changes without a new version. */
  readonly head: string
  ts: number
  /** The clients behind it that are connected; a device may have several. Such a row never expires. */
  readonly clients: ReadonlySet<Client>
}

/** Facts whose change is worth a word to the model. */
const NEWSWORTHY = ['host', 'ip', 'version', 'mode', 'reason'] as const
const NOBODY: ReadonlySet<Client> = new Set()

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
    const key = keyOf(client)
    this.#put(key, rowOf(client, 'connect'), new Set([...(this.#rows.get(key)?.clients ?? []), client]))
    return true
  }

  /** Marks a client as gone, unless another one of the same device is still here; returns whether it was listed. */
  left(client: Client): boolean {
    const key = keyOf(client)
    const clients = this.#rows.get(key)?.clients
    if (clients?.has(client) !== true) return false
    const others = [...clients].filter((other) => other !== client)
    const newest = others.at(-1)
    if (newest === undefined) this.#put(key, rowOf(client, 'disconnect'), NOBODY)
    else this.#put(key, rowOf(newest, 'connect'), new Set(others))
    return true
  }

  /** Adds what a program told us about somebody; returns whether that changes who or where they are. */
  told(name: string, told: PresenceRow): boolean {
    const key = name.toLowerCase()
    const known = this.#rows.get(key)
    const facts = { ...known?.facts, ...told }
    this.#put(key, facts, known?.clients ?? NOBODY)
    return NEWSWORTHY.some((fact) => facts[fact] !== known?.facts[fact])
  }

  /** All rows as a JSON array, our own first, then by last activity. */
  rows(): RawJson {
    const now = this.#clock.now()
    const cached = this.#text
    if (cached !== undefined && cached.version === this.#version && now - cached.at < FRESH_MS) return cached.json
    this.#expire(now)
    const json = new RawJson(this.#write(now, Number.POSITIVE_INFINITY))
    this.#text = { json, at: now, version: this.#version }
    return json
  }

  /** As many rows as fit into a text of this length, our own first, then the newest. */
  newestRows(maxChars: number): RawJson {
    const all = this.rows()
    return all.text.length <= maxChars ? all : new RawJson(this.#write(this.#clock.now(), maxChars))
  }

  #write(now: number, maxChars: number): string {
    for (const row of this.#rows.values()) {
      for (const client of row.clients) row.ts = Math.max(row.ts, client.lastActiveAt)
    }
    const newestFirst = [...this.#rows.values()].sort((a, b) => b.ts - a.ts)
    let text = `[${this.#self()}${now}}`
    for (const row of newestFirst) {
      if (text.length + row.head.length > maxChars) break
      text += `,${row.head}${row.ts}}`
    }
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

  #put(key: string, facts: PresenceRow, clients: ReadonlySet<Client>): void {
    this.#rows.delete(key)
    this.#rows.set(key, { facts, head: headOf(facts), ts: this.#clock.now(), clients })
    this.#version++
    if (this.#rows.size > limits.presenceRows - 1) this.#evict()
  }

  /** Makes room: the oldest that is not connected goes first, else the oldest. */
  #evict(): void {
    let oldest: string | undefined
    for (const [key, row] of this.#rows) {
      oldest ??= key
      if (row.clients.size === 0) {
        oldest = key
        break
      }
    }
    if (oldest !== undefined) this.#rows.delete(oldest)
  }

  #expire(now: number): void {
    for (const [key, row] of this.#rows) {
      if (row.clients.size === 0 && now - row.ts > limits.presenceTtlMs) this.#rows.delete(key)
    }
  }
}

function headOf(row: PresenceRow): string {
  const json = JSON.stringify(row)
  return json === '{}' ? '{"ts":' : `${json.slice(0, -1)},"ts":`
}

function keyOf({ identity }: Client): string {
  return (identity.deviceId ?? identity.client.instanceId ?? identity.connId).toLowerCase()
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
