import { isControlUi, isWebchat } from '../../domain/access/client-kind.js'
import { devicePayload } from '../../domain/access/device-payload.js'
import { deviceRefusalSentence, judgeDevice } from '../../domain/access/device-proof.js'
import { isLocalClient } from '../../domain/access/local-client.js'
import { isOriginAllowed } from '../../domain/access/origin.js'
import type { Role } from '../../domain/access/scopes.js'
import {
  authRefusal,
  judgeSharedSecret,
  type SharedSecret,
  type SharedSecretVerdict,
  secretShown,
} from '../../domain/access/shared-secret.js'
import { audienceOf } from '../../domain/audience.js'
import type { ConnectParams } from '../../domain/protocol/connect-params.js'
import { limits, PROTOCOL_VERSION } from '../../domain/protocol/limits.js'
import { invalidRequest, Refusal } from '../../domain/protocol/refusal.js'
import type { Clock } from '../ports/clock.js'
import type { Secrets } from '../ports/secrets.js'
import type { Peer } from '../ports/transport.js'
import type { ClientIdentity } from './client.js'

/** Somebody who asks to be let in. */
export interface Newcomer {
  readonly connId: string
  readonly peer: Peer
  /** Nonce of the challenge sent to this very socket. */
  readonly nonce: string
}

/** Whom the door opens for. */
export interface HandshakePolicy {
  readonly secret: SharedSecret
  /** Browser origins that may connect besides our own host. */
  readonly allowedOrigins: readonly string[]
}

/**
 * Judges a `connect` request. Throws the Refusal that tells the client why not; its message is also the close reason.
 * The order of checks is part of the protocol: version, role, origin, shared secret, missing device, device, secret.
 */
export class Handshake {
  readonly #policy: () => HandshakePolicy
  readonly #secrets: Secrets
  readonly #clock: Clock

  /** @param policy the policy in force when somebody asks to be let in */
  constructor(policy: () => HandshakePolicy, secrets: Secrets, clock: Clock) {
    this.#policy = policy
    this.#secrets = secrets
    this.#clock = clock
  }

  /** Who the newcomer is, when it may come in. */
  admit(params: ConnectParams, newcomer: Newcomer): ClientIdentity {
    requireVersion(params)
    const role = requireRole(params)
    this.#requireOrigin(params, newcomer.peer)
    const verdict = this.#judgeSecret(params)
    requireDeviceWhereNeeded(params, role, verdict)
    const deviceId = this.#proveDevice(params, role, newcomer)
    requireProof(verdict)
    return this.#identify(params, role, newcomer, deviceId)
  }

  #requireOrigin(params: ConnectParams, peer: Peer): void {
    const { id, mode } = params.client
    if (!isControlUi(id) && !isWebchat(id, mode)) return
    const origin = peer.headers.get('origin')
    if (isOriginAllowed(origin, peer.headers.get('host'), this.#policy().allowedOrigins)) return
    throw invalidRequest('origin not allowed (open the page from the gateway itself)')
  }

  #judgeSecret(params: ConnectParams): SharedSecretVerdict {
    return judgeSharedSecret(this.#policy().secret, params.auth ?? {}, (given, expected) =>
      this.#secrets.equal(given, expected),
    )
  }

  /** The device id once proven; undefined when no device was sent. */
  #proveDevice(params: ConnectParams, role: Role, newcomer: Newcomer): string | undefined {
    const { device } = params
    if (device === undefined) return undefined
    const key = this.#secrets.readPublicKey(device.publicKey)
    const reason = judgeDevice(device, {
      challengeNonce: newcomer.nonce,
      now: this.#clock.now(),
      maxSkewMs: limits.deviceSkewMs,
      key,
      signatureFits: () => this.#secrets.verify(device.publicKey, signedText(params, device, role), device.signature),
    })
    if (reason !== null) throw invalidRequest(deviceRefusalSentence(reason), { code: 'DEVICE_AUTH_INVALID', reason })
    return device.id
  }

  #identify(params: ConnectParams, role: Role, newcomer: Newcomer, deviceId: string | undefined): ClientIdentity {
    const requestedScopes = params.scopes ?? []
    const scopes = new Set(deviceId === undefined ? [] : requestedScopes)
    const { address, headers } = newcomer.peer
    return {
      connId: newcomer.connId,
      role,
      scopes,
      requestedScopes,
      client: params.client,
      caps: new Set(params.caps ?? []),
      ...(deviceId === undefined ? {} : { deviceId }),
      ...(isLocalClient(address, headers) || address === '' ? {} : { remoteIp: address }),
      audience: audienceOf(role, scopes),
      provenBy: secretShown(this.#policy().secret),
      connectedAt: this.#clock.now(),
    }
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

/** Only an operator that showed the shared secret may come without a device, and loses its scopes for it. */
function requireDeviceWhereNeeded(params: ConnectParams, role: Role, verdict: SharedSecretVerdict): void {
  if (params.device !== undefined) return
  if (isControlUi(params.client.id)) {
    throw invalidRequest('control ui requires device identity (use HTTPS or open it on this machine)', {
      code: 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED',
    })
  }
  if (role === 'operator' && verdict.kind === 'proven') return
  const sentCredentials = Boolean(params.auth?.token) || Boolean(params.auth?.password)
  if (role === 'operator' && verdict.kind === 'refused' && sentCredentials) requireProof(verdict)
  throw new Refusal('NOT_PAIRED', 'device identity required', { details: { code: 'DEVICE_IDENTITY_REQUIRED' } })
}

function requireProof(verdict: SharedSecretVerdict): void {
  if (verdict.kind !== 'refused') return
  const { message, details } = authRefusal(verdict.reason)
  throw invalidRequest(message, details)
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
