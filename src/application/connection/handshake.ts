import { type AuthRefusalReason, authRefusal } from '../../domain/access/auth-refusal.js'
import { isControlUi, isWebchat } from '../../domain/access/client-kind.js'
import { devicePayload } from '../../domain/access/device-payload.js'
import { deviceRefusalSentence, judgeDevice } from '../../domain/access/device-proof.js'
import { isOriginAllowed } from '../../domain/access/origin.js'
import { isAmbient, type Proof } from '../../domain/access/proof.js'
import type { Role } from '../../domain/access/scopes.js'
import { secretShown } from '../../domain/access/shared-secret.js'
import { audienceOf } from '../../domain/audience.js'
import type { ConnectParams } from '../../domain/protocol/connect-params.js'
import { limits, PROTOCOL_VERSION } from '../../domain/protocol/limits.js'
import { invalidRequest, Refusal } from '../../domain/protocol/refusal.js'
import type { AccessRules, AccessSnapshot } from '../access/access-rules.js'
import type { Authenticator, AuthVerdict } from '../access/authenticator.js'
import type { DeviceClaim, IssuedToken } from '../access/device-registry.js'
import type { DeviceTokens } from '../access/device-tokens.js'
import type { LoginTickets } from '../access/login-tickets.js'
import type { PairingGate } from '../access/pairing-gate.js'
import { partingReason } from '../access/parting-reason.js'
import { type Visitor, visitorOf } from '../access/visitor.js'
import type { Clock } from '../ports/clock.js'
import type { Secrets } from '../ports/secrets.js'
import type { Peer } from '../ports/transport.js'
import type { ClientIdentity } from './client.js'

/** Somebody who asks to be let in. */
export interface Newcomer {
  readonly connId: string
  readonly peer: Peer
  /** Where it really comes from, proxies seen through. */
  readonly address: string
  /** Nonce of the challenge sent to this very socket. */
  readonly nonce: string
}

/** Somebody who was let in, and the token its device goes home with. */
export interface Admitted {
  readonly identity: ClientIdentity
  readonly issued: IssuedToken | null
}

export interface HandshakeParts {
  readonly rules: AccessRules
  readonly authenticator: Authenticator
  readonly tickets: LoginTickets
  readonly deviceTokens: DeviceTokens
  readonly pairing: PairingGate
  readonly secrets: Secrets
  readonly clock: Clock
}

/** One `connect`, while it is judged. */
interface Knock {
  readonly params: ConnectParams
  readonly role: Role
  readonly newcomer: Newcomer
  readonly visitor: Visitor
  readonly rules: AccessSnapshot
}

/**
 * Judges a `connect` request. Throws or rejects with the Refusal that tells the client why not; its message is also the
 * close reason. The order of checks is part of the protocol: version, role, origin, shared secret, missing device,
 * device, device token, pairing. Most are decided in the same tick; what has to be durable first is a promise.
 */
export class Handshake {
  readonly #parts: HandshakeParts

  constructor(parts: HandshakeParts) {
    this.#parts = parts
  }

  /** Who the newcomer is, when it may come in. */
  admit(params: ConnectParams, newcomer: Newcomer): Admitted | Promise<Admitted> {
    requireVersion(params)
    const role = requireRole(params)
    const rules = this.#parts.rules.current
    const knock: Knock = { params, role, newcomer, visitor: visitorOf(newcomer.peer, rules), rules }
    requireOrigin(knock)
    const verdict =
      this.#redeemTicket(knock) ??
      this.#parts.authenticator.judge(knock.visitor, params.auth ?? {}, isControlUi(params.client.id))
    if (verdict instanceof Promise) return verdict.then((settled) => this.#decide(knock, settled))
    return this.#decide(knock, verdict)
  }

  /** Throws the Refusal of somebody whose judgement took so long that it would be another one now. */
  confirm({ identity }: Admitted, { peer }: Newcomer): void {
    const reason = partingReason(identity, peer, this.#parts.rules.current)
    if (reason !== null) throw invalidRequest(reason)
  }

  /** A ticket stands for the secret itself, once, and for the Control UI only. Null = there is none that counts. */
  #redeemTicket({ params, rules }: Knock): AuthVerdict | null {
    const { client, auth } = params
    const secret = secretShown(rules.secret) ?? rules.secret.localPass ?? null
    if (!isControlUi(client.id) || !auth?.token || secret === null) return null
    return this.#parts.tickets.redeem(auth.token) ? { kind: 'proven', proof: { kind: 'secret', secret } } : null
  }

  #decide(knock: Knock, verdict: AuthVerdict): Admitted | Promise<Admitted> {
    requireRightPage(knock, verdict)
    if (knock.params.device === undefined) return this.#admitWithoutDevice(knock, verdict)
    const claim = this.#proveDevice(knock, knock.params.device)
    if (verdict.kind === 'proven') return this.#admitDevice(knock, claim, { proof: verdict.proof, shownToken: null })
    const token = this.#parts.deviceTokens.judge(knock.visitor, claim, knock.params.auth ?? {}, verdict)
    if (token.kind === 'refused') throw refusalOf(token.reason, token.retryAfterMs)
    const shown = { proof: { kind: 'device-token' } as const, shownToken: token.shown, exceeds: token.exceeds }
    return this.#admitDevice(knock, claim, shown)
  }

  /** Only an operator that showed the shared secret may come without a device, and loses its scopes for it. */
  #admitWithoutDevice(knock: Knock, verdict: AuthVerdict): Admitted {
    const { params, role, rules, visitor } = knock
    const hasSecret = verdict.kind === 'proven' && verdict.proof.kind === 'secret'
    const isUi = isControlUi(params.client.id)
    const mayBeUi = rules.disableUiDevices || (rules.allowInsecureUi && visitor.real.isLocal)
    if (isUi && !mayBeUi) throw uiNeedsDevice()
    if (role === 'operator' && hasSecret) {
      const scopes = isUi && rules.disableUiDevices ? (params.scopes ?? []) : []
      return { identity: this.#identify(knock, { proof: verdict.proof, scopes, isPaired: false }), issued: null }
    }
    const sentCredentials = Boolean(params.auth?.token) || Boolean(params.auth?.password)
    if (role === 'operator' && verdict.kind === 'refused' && (sentCredentials || isUi))
      throw this.#refuse(knock, verdict)
    throw new Refusal('NOT_PAIRED', 'device identity required', { details: { code: 'DEVICE_IDENTITY_REQUIRED' } })
  }

  #refuse({ visitor }: Knock, verdict: Extract<AuthVerdict, { kind: 'refused' }>): Refusal {
    this.#parts.authenticator.failed(visitor, verdict.reason)
    return refusalOf(verdict.reason, verdict.retryAfterMs)
  }

  #admitDevice(
    knock: Knock,
    claim: DeviceClaim,
    shown: { readonly proof: Proof; readonly shownToken: string | null; readonly exceeds?: boolean },
  ): Admitted | Promise<Admitted> {
    const { proof } = shown
    const scopes = claim.scopes
    if (!mustBePaired(knock, proof)) {
      return {
        identity: this.#identify(knock, { proof, scopes, deviceId: claim.deviceId, isPaired: false }),
        issued: null,
      }
    }
    const { visitor } = knock
    const maySilently = visitor.real.isLocal && !visitor.isForeignPage && proof.kind !== 'device-token'
    const issued = this.#parts.pairing.admit(claim, {
      maySilently,
      shownToken: shown.shownToken,
      exceeds: shown.exceeds === true,
    })
    const admitted = (token: IssuedToken) => ({
      identity: this.#identify(knock, { proof, scopes, deviceId: claim.deviceId, isPaired: true }),
      issued: token,
    })
    return issued instanceof Promise ? issued.then(admitted) : admitted(issued)
  }

  /** The device, once proven. */
  #proveDevice(knock: Knock, device: NonNullable<ConnectParams['device']>): DeviceClaim {
    const { params, role, newcomer, visitor } = knock
    const { secrets, clock } = this.#parts
    const key = secrets.readPublicKey(device.publicKey)
    const reason = judgeDevice(device, {
      challengeNonce: newcomer.nonce,
      now: clock.now(),
      maxSkewMs: limits.deviceSkewMs,
      key,
      signatureFits: () => secrets.verify(device.publicKey, signedText(params, device, role), device.signature),
    })
    if (reason !== null || key === null) {
      const why = reason ?? 'device-public-key'
      throw invalidRequest(deviceRefusalSentence(why), { code: 'DEVICE_AUTH_INVALID', reason: why })
    }
    return {
      deviceId: device.id,
      publicKey: key.normalized,
      role,
      scopes: params.scopes ?? [],
      client: params.client,
      ...remoteIpOf(visitor),
    }
  }

  #identify(
    { params, role, newcomer, visitor }: Knock,
    decided: Pick<ClientIdentity, 'proof' | 'isPaired'> & {
      readonly scopes: readonly string[]
      readonly deviceId?: string
    },
  ): ClientIdentity {
    const { scopes: granted, ...rest } = decided
    const scopes = new Set(granted)
    return {
      ...rest,
      connId: newcomer.connId,
      role,
      scopes,
      requestedScopes: params.scopes ?? [],
      client: params.client,
      caps: new Set(params.caps ?? []),
      ...(role === 'node' ? { abilities: abilitiesOf(params) } : {}),
      ...remoteIpOf(visitor),
      audience: audienceOf(role, scopes),
      connectedAt: this.#parts.clock.now(),
    }
  }
}

function abilitiesOf({ commands, permissions, pathEnv }: ConnectParams): NonNullable<ClientIdentity['abilities']> {
  return {
    commands: commands ?? [],
    ...(permissions === undefined ? {} : { permissions }),
    ...(pathEnv === undefined ? {} : { pathEnv }),
  }
}

function requireVersion(params: ConnectParams): void {
  if (params.minProtocol <= PROTOCOL_VERSION && PROTOCOL_VERSION <= params.maxProtocol) return
  throw invalidRequest('protocol mismatch', { expectedProtocol: PROTOCOL_VERSION })
}

function requireRole(params: ConnectParams): Role {
  const role = params.role ?? 'operator'
  if (role === 'operator' || role === 'node') return role
  throw invalidRequest('invalid role')
}

/** The browser programs of this gateway work on its own pages and on those that are listed, nowhere else. */
function requireOrigin({ params, newcomer, visitor, rules }: Knock): void {
  const { id, mode } = params.client
  if (!isControlUi(id) && !isWebchat(id, mode)) return
  if (isOriginAllowed(newcomer.peer.headers.get('origin'), visitor.host, rules.allowedOrigins)) return
  throw originNotAllowed()
}

/**
 * A page of somebody else can make a browser on this machine or behind the proxy connect, whatever it calls itself. It
 * gets nowhere where coming from the right place is proof enough.
 */
function requireRightPage({ visitor }: Knock, verdict: AuthVerdict): void {
  if (visitor.isForeignPage && verdict.kind === 'proven' && isAmbient(verdict.proof)) throw originNotAllowed()
}

function originNotAllowed(): Refusal {
  return invalidRequest('origin not allowed (open the page from the gateway itself, or list it in allowedOrigins)')
}

function uiNeedsDevice(): Refusal {
  return invalidRequest('control ui requires device identity (use HTTPS or open it on this machine)', {
    code: 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED',
  })
}

/** Operators with the shared secret own the gateway; browser programs are paired all the same, so that they can be told apart. */
function mustBePaired({ params, role, rules }: Knock, proof: Proof): boolean {
  if (role !== 'operator' || proof.kind !== 'secret') return true
  const { id, mode } = params.client
  if (isControlUi(id) && rules.disableUiDevices) return false
  return isControlUi(id) || isWebchat(id, mode)
}

function refusalOf(reason: AuthRefusalReason, retryAfterMs?: number): Refusal {
  const { message, details } = authRefusal(reason, retryAfterMs)
  return retryAfterMs === undefined
    ? invalidRequest(message, details)
    : new Refusal('INVALID_REQUEST', message, { details, retryable: true, retryAfterMs })
}

function remoteIpOf({ real, peer }: Visitor): { readonly remoteIp?: string } {
  return real.isLocal || peer.address === '' ? {} : { remoteIp: real.address }
}

function signedText(params: ConnectParams, device: NonNullable<ConnectParams['device']>, role: Role): string {
  return devicePayload({
    deviceId: device.id,
    clientId: params.client.id,
    clientMode: params.client.mode,
    role,
    scopes: params.scopes ?? [],
    signedAt: device.signedAt,
    token: params.auth?.token ?? params.auth?.deviceToken ?? '',
    nonce: device.nonce.trim(),
  })
}
