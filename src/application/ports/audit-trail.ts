/*
 * The record of who came in, who was refused, and what was changed: append only. Called by use cases that let in, refuse or
 * change something; read by `mayros security log`.
 * Promises: `record` returns at once and never throws; entries are kept in the order they were recorded; after `flush`
 * resolved they survive a crash; only their owner may read them; a flood is summed up instead of filling the disk.
 * May refuse: to read or flush, with an AuditFailure; what was recorded meanwhile is kept, up to a bound.
 * Must never hold a secret: no token, password, signature or message text.
 */
import { Failure } from '../../domain/failure.js'

/** What is recorded, and what it means. */
export const AUDIT_EVENTS = {
  'gateway-started': 'an instance began to serve',
  'gateway-stopped': 'an instance stopped serving',
  connected: 'a client was let in',
  disconnected: 'a client that had been let in is gone',
  refused: 'a client or request was not let in',
  'locked-out': 'an address may not try again for a while',
  'pairing-requested': 'a device asks to be paired',
  'pairing-approved': 'a device was paired, or may do more than before',
  'pairing-rejected': 'a device was turned down',
  'device-removed': 'a device is not known any more',
  'token-issued': 'a device was given a token',
  'token-rotated': 'the token of a device was replaced',
  'token-revoked': 'the token of a device was made invalid',
  'config-changed': 'another configuration came into force',
  'config-written': 'a client changed the configuration file',
  approval: 'somebody decided about a command of an agent',
  tool: 'an agent used a tool',
  'entries-lost':
    'entries are missing before this one, because they could not be written; `lost` in the details counts them',
} as const

export type AuditEvent = keyof typeof AUDIT_EVENTS

/**
 * What strangers can cause as often as they like. Of one event, address and reason only so many entries a minute are
 * kept; one more at the end of the minute counts the rest as `suppressed` in its details. All else is kept one by one.
 */
export const FLOODABLE_EVENTS: ReadonlySet<AuditEvent> = new Set([
  'connected',
  'disconnected',
  'refused',
  'locked-out',
  'pairing-requested',
])

/** What is known about one occurrence; absent means unknown or not applicable. */
export interface AuditFacts {
  /** Who did it: `operator`, `node`, `gateway`, or a user that a proxy vouches for. */
  readonly actor?: string
  readonly deviceId?: string
  readonly clientId?: string
  readonly connId?: string
  /** Network address of the client; `local` for one on this machine. */
  readonly address?: string
  /** Why, or with what outcome: `token_mismatch`, `approved`. */
  readonly reason?: string
  /** What it was about: a request id, a method, a config key, another device. */
  readonly subject?: string
  /** More facts, small and harmless. */
  readonly details?: Readonly<Record<string, string | number | boolean | readonly string[]>>
}

export interface AuditEntry extends AuditFacts {
  /** Unix milliseconds. */
  readonly at: number
  readonly event: AuditEvent
}

export interface AuditQuery {
  /** Newest entries, at most this many (100). */
  readonly limit?: number
  /** Only entries at or after this time, in Unix milliseconds. */
  readonly since?: number
  readonly events?: readonly AuditEvent[]
  readonly deviceId?: string
  readonly address?: string
}

/** Whether a query asks for this entry. */
export function isWanted(entry: AuditEntry, query: AuditQuery): boolean {
  if (query.since !== undefined && entry.at < query.since) return false
  if (query.events !== undefined && !query.events.includes(entry.event)) return false
  if (query.deviceId !== undefined && entry.deviceId !== query.deviceId) return false
  return query.address === undefined || entry.address === query.address
}

export const AUDIT_QUERY_LIMIT = 100

/** Why the trail cannot be used, code by code. */
export const AUDIT_FAILURES = {
  'audit-unwritable': 'entries cannot be written: no space, no permission, no such place',
  'audit-unreadable': 'the trail is there and cannot be read',
} as const

export type AuditFailureCode = keyof typeof AUDIT_FAILURES

export class AuditFailure extends Failure {
  override readonly code: AuditFailureCode

  constructor(code: AuditFailureCode, message: string, cause?: unknown) {
    super(code, message, { retryable: code === 'audit-unwritable', cause })
    this.code = code
  }
}

export interface AuditTrail {
  /** Where it is kept, for people. */
  readonly location: string
  record(event: AuditEvent, facts: AuditFacts): void
  /** Oldest first. What was recorded before is in it. */
  read(query?: AuditQuery): Promise<readonly AuditEntry[]>
  /** Resolves when everything recorded so far is durable; rejects when the last attempt to write it failed. */
  flush(): Promise<void>
  /** Flushes as far as that is possible and lets go, without a failure; afterwards `record` does nothing. Safe to call twice. */
  close(): Promise<void>
}
