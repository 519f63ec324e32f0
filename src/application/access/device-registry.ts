import {
  type DeviceClaim,
  MAX_FACT_LENGTH,
  type PairedDevice,
  type PendingDevice,
  type TokenHash,
} from '../../domain/access/device-record.js'
import {
  isExpired,
  isSameRequest,
  repeatedRequest,
  type Standing,
  seen,
  standingOf,
} from '../../domain/access/pairing.js'
import { judgeToken, type TokenVerdict, tokenShown, withUse } from '../../domain/access/pairing-tokens.js'
import { type PairedView, type PendingView, pairedView, pendingView } from '../../domain/access/pairing-view.js'
import { united } from '../../domain/access/scope-cover.js'
import { messageOf } from '../../domain/failure.js'
import type { Clock } from '../ports/clock.js'
import type { Document } from '../ports/document.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { Secrets } from '../ports/secrets.js'
import { DeviceBook } from './device-book.js'
import {
  addToken,
  endTokens,
  forget,
  grant,
  pairUnasked,
  pendingOf,
  putInLine,
  replaceTokens,
  turnDown,
} from './device-changes.js'
import type { Decider, DeviceNews } from './device-occurrences.js'
import { requireFewScopes } from './device-refusals.js'

export type { DeviceClaim, DeviceNews, Standing, TokenVerdict }

/** A token as the greeting tells it; the only time it is in clear. */
export interface IssuedToken {
  readonly deviceToken: string
  readonly role: string
  /** Sorted. */
  readonly scopes: readonly string[]
  readonly issuedAtMs: number
}

/** A token that took the place of all others of a device for a role. */
export interface RotatedToken {
  readonly deviceId: string
  readonly role: string
  readonly token: string
  readonly scopes: readonly string[]
  readonly rotatedAtMs: number
}

export interface DeviceRegistryParts {
  readonly document: Document
  readonly secrets: Secrets
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
}

const TOKEN_BYTES = 32
/** Ours have 43 characters; nothing far longer is worth hashing. */
const LONGEST_TOKEN = 128

/**
 * Which devices are known, what they may do, and their tokens, of which only hashes are kept.
 * What it answers is durable. Changes are made one after the other; one that fails, by a Refusal or because it could not
 * be written (DocumentFailure), has changed nothing and is told to nobody.
 */
export class DeviceRegistry {
  readonly #book: DeviceBook
  readonly #secrets: Secrets
  readonly #ids: Ids
  readonly #clock: Clock
  readonly #log: Log
  readonly #news: DeviceNews

  constructor(parts: DeviceRegistryParts, news: DeviceNews) {
    this.#book = new DeviceBook(parts.document)
    this.#secrets = parts.secrets
    this.#ids = parts.ids
    this.#clock = parts.clock
    this.#log = parts.log
    this.#news = news
  }

  /** Rejects with a DeviceFailure when what was kept cannot be understood: it is never taken for empty. */
  open(): Promise<void> {
    return this.#book.open()
  }

  /** Saves when devices were last seen; afterwards changes are refused. Safe to call twice. */
  async close(): Promise<void> {
    await this.#book.close().catch((thrown: unknown) => {
      this.#log.warn('could not save when devices were last seen', { err: messageOf(thrown) })
    })
  }

  /** What a token is worth for this device, role and scopes. Comparing takes the same time for every wrong one. */
  judgeToken(claim: DeviceClaim, token: string): TokenVerdict {
    return judgeToken(this.#paired(claim.deviceId), this.#tokenShown(claim, token), claim)
  }

  /** How a claim stands now. */
  standing(claim: DeviceClaim): Standing {
    return standingOf(this.#paired(claim.deviceId), claim)
  }

  /**
   * The token to greet a covered device with, and a note that it was here. A token that was shown and is valid is told
   * again, at once; otherwise there is a fresh one for the scopes asked for, and earlier ones stay valid (three at most).
   * Rejects with a Refusal when the device is not covered any more.
   */
  greet(claim: DeviceClaim, shownToken: string | null): IssuedToken | Promise<IssuedToken> {
    const shown = shownToken === null ? undefined : this.#tokenShown(claim, shownToken)
    if (shownToken === null || shown === undefined) return this.#issue(claim)
    if (judgeToken(this.#paired(claim.deviceId), shown, claim) !== 'valid') return this.#issue(claim)
    const now = this.#clock.now()
    this.#book.notePaired(claim.deviceId, (known) => withUse(seen(known, claim, now), claim.role, now))
    return { deviceToken: shownToken, role: claim.role, scopes: shown.scopes, issuedAtMs: shown.issuedAtMs }
  }

  /**
   * Pairs a device, or lets it do more, without asking anybody, and gives it a token. Whether that is right is for the
   * caller to decide, but for one thing: another role is never given without asking.
   */
  async approveSilently(claim: DeviceClaim): Promise<IssuedToken> {
    requireFewScopes(claim.scopes)
    const now = this.#clock.now()
    const { deviceToken, token } = this.#mint(claim.scopes, now)
    const about = { requestId: this.#ids.uuid(), token, now }
    const requestId = await this.#book.change((draft) => pairUnasked(draft, claim, about))
    if (requestId !== undefined) {
      const { deviceId, role, scopes } = claim
      const facts = { requestId, deviceId, roles: [role], scopes: united(scopes), ts: now, ...whereIs(claim) }
      this.#news.resolved({ ...facts, decision: 'approved', isSilent: true })
    }
    return this.#issued(claim, deviceToken, token)
  }

  /**
   * Asks for approval. A device that asks again has the same request, which then asks for everything.
   * Rejects with a Refusal NOT_PAIRED when too many wait.
   */
  async request(
    claim: DeviceClaim,
    { isSilent }: { readonly isSilent: boolean },
  ): Promise<{ readonly requestId: string; readonly isNew: boolean }> {
    requireFewScopes(claim.scopes)
    const now = this.#clock.now()
    const repeated = this.#repeated(claim, isSilent, now)
    if (repeated !== undefined) return { requestId: repeated, isNew: false }
    const about = { requestId: this.#ids.uuid(), isSilent, now }
    const { request, isNew } = await this.#book.change((draft) => putInLine(draft, claim, about))
    if (isNew) this.#news.requested(pendingView(request))
    return { requestId: request.requestId, isNew }
  }

  /** Who waits and who is paired, newest first. */
  list(): { readonly pending: readonly PendingView[]; readonly paired: readonly PairedView[] } {
    const now = this.#clock.now()
    const { pending, paired } = this.#book.entries
    return {
      pending: [...pending.values()]
        .filter((one) => !isExpired(one, now))
        .reverse()
        .sort((a, b) => b.ts - a.ts)
        .map(pendingView),
      paired: [...paired.values()]
        .reverse()
        .sort((a, b) => b.approvedAtMs - a.approvedAtMs)
        .map(pairedView),
    }
  }

  find(deviceId: string): PairedView | undefined {
    const device = this.#paired(deviceId)
    return device === undefined ? undefined : pairedView(device)
  }

  /** Lets a waiting device in. The approver cannot give operator scopes away that it does not have. */
  async approve(
    requestId: string,
    approverScopes: ReadonlySet<string>,
    by?: Decider,
  ): Promise<{ readonly requestId: string; readonly device: PairedView }> {
    const now = this.#clock.now()
    const { request, device } = await this.#book.change((draft) => grant(draft, requestId, approverScopes, now))
    this.#tellResolved(request, 'approved', now, by)
    return { requestId, device: pairedView(device) }
  }

  async reject(requestId: string, by?: Decider): Promise<{ readonly requestId: string; readonly deviceId: string }> {
    const now = this.#clock.now()
    const request = await this.#book.change((draft) => turnDown(draft, requestId, now))
    this.#tellResolved(request, 'rejected', now, by)
    return { requestId, deviceId: request.deviceId }
  }

  /** Forgets a paired device and what it waits for. Its open connections end. */
  async remove(deviceId: string, by?: Decider): Promise<{ readonly deviceId: string }> {
    const now = this.#clock.now()
    const waited = await this.#book.change((draft) => forget(draft, deviceId))
    this.#news.ended({ deviceId, role: null, reason: 'removed', ...decidedBy(by) })
    if (waited !== undefined && !isExpired(waited, now)) this.#tellResolved(waited, 'rejected', now, by)
    return { deviceId }
  }

  /** Replaces all tokens of a device for a role by one, which is told to the caller. Connections by the old ones end. */
  async rotate(
    deviceId: string,
    role: string,
    scopes: readonly string[] | undefined,
    callerScopes: ReadonlySet<string>,
    by?: Decider,
  ): Promise<RotatedToken> {
    requireFewScopes(scopes ?? [])
    const now = this.#clock.now()
    const { deviceToken, token } = this.#mint([], now)
    const about = { deviceId, role, scopes }
    const allowed = await this.#book.change((draft) => replaceTokens(draft, about, token, callerScopes))
    this.#news.ended({ deviceId, role, reason: 'rotated', ...decidedBy(by) })
    return { deviceId, role, token: deviceToken, scopes: allowed, rotatedAtMs: now }
  }

  /** Makes all tokens of a device for a role invalid. Connections by them end. */
  async revoke(
    deviceId: string,
    role: string,
    by?: Decider,
  ): Promise<{ readonly deviceId: string; readonly role: string; readonly revokedAtMs: number }> {
    const now = this.#clock.now()
    await this.#book.change((draft) => endTokens(draft, deviceId, role, now))
    this.#news.ended({ deviceId, role, reason: 'revoked', ...decidedBy(by) })
    return { deviceId, role, revokedAtMs: now }
  }

  #paired(deviceId: string): PairedDevice | undefined {
    return this.#book.entries.paired.get(deviceId)
  }

  #tokenShown(claim: DeviceClaim, token: string): TokenHash | undefined {
    if (token.length > LONGEST_TOKEN) return undefined
    const shown = this.#secrets.hash(token)
    return tokenShown(this.#paired(claim.deviceId), claim, (hash) => this.#secrets.equal(shown, hash))
  }

  #mint(scopes: readonly string[], now: number): { readonly deviceToken: string; readonly token: TokenHash } {
    const deviceToken = this.#ids.token(TOKEN_BYTES)
    return { deviceToken, token: { hash: this.#secrets.hash(deviceToken), scopes: united(scopes), issuedAtMs: now } }
  }

  async #issue(claim: DeviceClaim): Promise<IssuedToken> {
    requireFewScopes(claim.scopes)
    const { deviceToken, token } = this.#mint(claim.scopes, this.#clock.now())
    await this.#book.change((draft) => addToken(draft, claim, token))
    return this.#issued(claim, deviceToken, token)
  }

  #issued(claim: DeviceClaim, deviceToken: string, { scopes, issuedAtMs }: TokenHash): IssuedToken {
    const { deviceId, role } = claim
    const clientId = claim.client.id.slice(0, MAX_FACT_LENGTH)
    this.#news.issued({ deviceId, role, scopes, clientId, ...whereIs(claim) })
    return { deviceToken, role, scopes, issuedAtMs }
  }

  /** The id of a request that says nothing new. It lives on from now; after a crash it may end earlier. */
  #repeated(claim: DeviceClaim, isSilent: boolean, now: number): string | undefined {
    const known = pendingOf(this.#book.entries, claim.deviceId)
    if (known === undefined || known.publicKey !== claim.publicKey || isExpired(known, now)) return undefined
    if (!isSameRequest(known, repeatedRequest(known, claim, { isSilent, now }))) return undefined
    this.#book.notePending(known.requestId, (request) => ({ ...request, ts: now }))
    return known.requestId
  }

  #tellResolved(request: PendingDevice, decision: 'approved' | 'rejected', ts: number, by: Decider | undefined): void {
    const { requestId, deviceId, asks } = request
    const roles = asks.map(({ role }) => role)
    const scopes = united(...asks.map((ask) => ask.scopes))
    const facts = { requestId, deviceId, roles, scopes, ts, ...whereIs(request), ...decidedBy(by) }
    this.#news.resolved({ ...facts, decision, isSilent: false })
  }
}

function whereIs({ remoteIp }: { readonly remoteIp?: string | undefined }): { readonly remoteIp?: string } {
  return remoteIp === undefined ? {} : { remoteIp }
}

function decidedBy(by: Decider | undefined): { readonly by?: Decider } {
  return by === undefined ? {} : { by }
}
