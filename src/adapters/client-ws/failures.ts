import type { IncomingMessage } from 'node:http'
import { ClientFailure } from '../../application/ports/gateway-client.js'
import type { Closure } from '../../domain/protocol/close-codes.js'
import { PROTOCOL_VERSION } from '../../domain/protocol/limits.js'
import type { ErrorShape } from '../../domain/protocol/refusal.js'

const SOCKET_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host name cannot be resolved now',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  EPIPE: 'connection reset',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate is self-signed and not pinned',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate is self-signed and not pinned',
  CERT_HAS_EXPIRED: 'certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another host',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate cannot be verified',
}

export function unreachable(url: string, reason: string, facts: { closure?: Closure; cause?: unknown } = {}) {
  return new ClientFailure('unreachable', url, `no gateway at ${url} (${reason})`, { reason, ...facts })
}

/** @param fingerprint lower-case hex SHA-256 of the certificate that was shown */
export function wrongCertificate(url: string, fingerprint: string): ClientFailure {
  const reason = 'certificate does not match the pinned fingerprint'
  return new ClientFailure('wrong_certificate', url, `no trusted gateway at ${url} (${reason})`, {
    reason,
    fingerprint,
  })
}

export function timedOut(url: string, timeoutMs: number): ClientFailure {
  return new ClientFailure('timeout', url, `no answer from ${url} within ${timeoutMs} ms`)
}

export function aborted(url: string): ClientFailure {
  return new ClientFailure('aborted', url, 'aborted')
}

export function notAGateway(url: string, reason: string, cause?: unknown): ClientFailure {
  const message = `${url} answers, but not as a Mayros gateway (${reason})`
  return new ClientFailure('not_a_gateway', url, message, { reason, cause })
}

/** An HTTP response where an upgrade was asked for. 503 is a gateway that is still starting. */
export function fromHttpResponse(url: string, response: Pick<IncomingMessage, 'statusCode' | 'headers'>) {
  const status = response.statusCode ?? 0
  if (status === 503) return unreachable(url, 'HTTP 503, not ready')
  const server = response.headers.server
  return notAGateway(url, `HTTP ${status}${server === undefined ? '' : `, server ${server}`}`)
}

/** An error of the socket before it was open. */
export function fromSocketError(url: string, error: Error): ClientFailure {
  const code = (error as NodeJS.ErrnoException).code ?? causeOfAggregate(error)
  if (code?.startsWith('HPE_')) return notAGateway(url, 'not HTTP', error)
  if (code === undefined && /Sec-WebSocket|subprotocol|upgrade/i.test(error.message)) {
    return notAGateway(url, 'no WebSocket', error)
  }
  const known = code === undefined ? undefined : SOCKET_REASONS[code]
  return unreachable(url, known ?? (/hang up/.test(error.message) ? 'connection closed' : (code ?? error.message)), {
    cause: error,
  })
}

/** Node reports a name with several addresses as one error holding all attempts. */
function causeOfAggregate(error: Error): string | undefined {
  if (!(error instanceof AggregateError)) return undefined
  return (error.errors[0] as NodeJS.ErrnoException | undefined)?.code
}

/** The answer to `connect` was no. */
export function fromConnectError(url: string, error: ErrorShape): ClientFailure {
  const details = (error.details ?? {}) as { code?: unknown; expectedProtocol?: unknown }
  const facts = { rpc: error }
  const detail = typeof details.code === 'string' ? details.code : ''
  if (typeof details.expectedProtocol === 'number' || /protocol mismatch/i.test(error.message)) {
    return protocolMismatch(url, details.expectedProtocol, error)
  }
  if (detail === 'AUTH_RATE_LIMITED' || /too many failed/i.test(error.message)) {
    return new ClientFailure('rate_limited', url, error.message, facts)
  }
  if (detail === 'PAIRING_REQUIRED' || /pairing required|not_paired/i.test(error.message)) {
    return new ClientFailure('pairing_required', url, error.message, facts)
  }
  if (/^(AUTH|DEVICE)_/.test(detail) || /^(unauthorized|device )/i.test(error.message)) {
    return new ClientFailure('unauthorized', url, error.message, facts)
  }
  return new ClientFailure('rpc', url, error.message, facts)
}

/** The connection was closed before `hello-ok`, without a response that says why. */
export function fromEarlyClose(url: string, closure: Closure): ClientFailure {
  const error = { code: 'INVALID_REQUEST', message: closure.reason }
  if (closure.code === 1002) return protocolMismatch(url, undefined, error)
  if (closure.code === 1008 && closure.reason !== '') return fromConnectError(url, error)
  return unreachable(url, `closed before hello-ok: ${describeClosure(closure)}`, { closure })
}

/** The connection ended while it was in use. */
export function connectionLost(url: string, closure: Closure): ClientFailure {
  const reason = `connection closed: ${describeClosure(closure)}`
  return new ClientFailure('closed', url, `lost the gateway at ${url} (${reason})`, { reason, closure })
}

/** The answer to a call was no. */
export function fromCallError(url: string, error: ErrorShape, payload: unknown): ClientFailure {
  const scope = /^missing scope: (\S+)/.exec(error.message)?.[1]
  if (scope !== undefined) {
    return new ClientFailure('missing_scope', url, `needs scope ${scope}`, { rpc: error, payload })
  }
  return new ClientFailure('rpc', url, error.message, { rpc: error, payload })
}

function protocolMismatch(url: string, expected: unknown, error: ErrorShape): ClientFailure {
  const theirs = typeof expected === 'number' ? String(expected) : 'another version'
  const message = `gateway speaks protocol ${theirs}, this program ${PROTOCOL_VERSION}: update the older one`
  return new ClientFailure('protocol', url, message, { rpc: error })
}

function describeClosure(closure: Closure): string {
  return closure.reason === '' ? String(closure.code) : `${closure.code} ${closure.reason}`
}
