import { ClientFailure } from '../../../application/ports/gateway-client.js'
import type { RuntimeRecord } from '../../../application/ports/runtime-record.js'
import { formatDuration } from '../../../application/start/format-duration.js'
import type { ConnectionHints } from '../cli-deps.js'
import { CliFailure, type FailureNote } from '../cli-failure.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath } from '../render/words.js'
import { shownFingerprint } from '../tls-fingerprint.js'
import type { Target } from './resolve-target.js'

const EXIT_CODES: Readonly<Record<ClientFailure['code'], number>> = {
  unreachable: exitCodes.unreachable,
  timeout: exitCodes.unreachable,
  not_a_gateway: exitCodes.unreachable,
  wrong_certificate: exitCodes.unreachable,
  closed: exitCodes.unreachable,
  unauthorized: exitCodes.unauthorized,
  pairing_required: exitCodes.unauthorized,
  rate_limited: exitCodes.unauthorized,
  missing_scope: exitCodes.unauthorized,
  protocol: exitCodes.failed,
  rpc: exitCodes.failed,
  aborted: exitCodes.interrupted,
}

const START_HINT = 'mayros gateway            or see: mayros gateway status'

export interface FailureScene {
  readonly target: Target
  readonly hints: ConnectionHints
  readonly record: RuntimeRecord | null
  readonly configPath: string
  readonly home: string
}

/** Turns what the client reports into what an operator can act on. Anything else stays what it is. */
export function explainFailure(thrown: unknown, scene: FailureScene): unknown {
  if (!(thrown instanceof ClientFailure)) return thrown
  const [message, notes] = explain(thrown, scene)
  const code = thrown.code === 'closed' ? 'unreachable' : thrown.code
  return new CliFailure(code, message, {
    exitCode: EXIT_CODES[thrown.code],
    notes,
    details: thrown.code === 'wrong_certificate' ? certificates(thrown, scene) : thrown.details,
    cause: thrown,
  })
}

function explain(failure: ClientFailure, scene: FailureScene): [string, FailureNote[]] {
  const { target } = scene
  const from: FailureNote = { label: 'from', text: target.source }
  switch (failure.code) {
    case 'unreachable':
    case 'closed':
      return [
        `no gateway at ${failure.url} (${failure.reason ?? 'unknown reason'})`,
        [from, ...whatHelps(failure, scene)],
      ]
    case 'wrong_certificate':
      return explainCertificate(failure, scene)
    case 'timeout':
      return [failure.message, [from, fix('a larger --timeout <ms>, or see: mayros gateway status')]]
    case 'not_a_gateway':
      return [failure.message, [from]]
    case 'unauthorized':
      return explainUnauthorized(failure, scene)
    case 'pairing_required': {
      const id = (failure.details as { requestId?: unknown } | undefined)?.requestId
      return [`this device is not approved yet: mayros devices approve ${typeof id === 'string' ? id : '<id>'}`, []]
    }
    case 'rate_limited': {
      const wait = failure.retryAfterMs === undefined ? 'later' : `in ${formatDuration(failure.retryAfterMs)}`
      return [`too many failed logins, try again ${wait}`, []]
    }
    case 'rpc':
      return [`${failure.rpc?.code ?? 'UNAVAILABLE'}: ${failure.message}`, []]
    default:
      return [failure.message, []]
  }
}

function whatHelps({ reason }: ClientFailure, { target }: FailureScene): FailureNote[] {
  if (reason?.startsWith('certificate') === true) {
    return [fix(`pin it, once you know it is right: --tls-fingerprint <sha256>   (${WHERE_IT_IS_SHOWN})`)]
  }
  return target.kind === 'local' ? [fix(START_HINT)] : []
}

const WHERE_IT_IS_SHOWN = 'shown on its host by: mayros gateway status'

/** A certificate that is not the expected one is a renewed one, or somebody between us and the gateway. */
function explainCertificate(failure: ClientFailure, scene: FailureScene): [string, FailureNote[]] {
  const { pin } = scene.target
  const { expected, seen } = certificates(failure, scene)
  return [
    `${failure.url} shows another certificate than the pinned one; nothing was sent to it`,
    [
      { label: 'from', text: `${scene.target.source}, pinned by ${pin?.source ?? 'the caller'}` },
      { label: 'note', text: `expected ${shownFingerprint(expected)}` },
      { label: 'note', text: `seen     ${shownFingerprint(seen)}` },
      fix(
        scene.target.kind === 'local' && pin?.source !== '--tls-fingerprint'
          ? 'something else may answer on this port; see: mayros gateway status'
          : `if the certificate was renewed, compare it (${WHERE_IT_IS_SHOWN}) and ${newPin(pin?.source)}`,
      ),
    ],
  ]
}

function certificates({ fingerprint }: ClientFailure, { target }: FailureScene): { expected: string; seen: string } {
  return { expected: target.pin?.value ?? '', seen: fingerprint ?? '' }
}

function newPin(source: string | undefined): string {
  return source === 'gateway.remote.tlsFingerprint'
    ? `run: mayros config set ${source} <sha256>`
    : 'pass the new fingerprint with --tls-fingerprint'
}

function explainUnauthorized(failure: ClientFailure, scene: FailureScene): [string, FailureNote[]] {
  const code = String((failure.details as { code?: unknown } | undefined)?.code ?? failure.message)
  const which = /PASSWORD|password/.test(code) ? 'password' : 'token'
  const sent = scene.target[which]
  const secretHint = fix(whereTheSecretIs(which, scene))
  if (/MISSING|missing|AUTH_REQUIRED|DEVICE_IDENTITY_REQUIRED/.test(code)) {
    return [`unauthorized: the gateway wants a ${which}, and none is known here`, [secretHint]]
  }
  if (/MISMATCH|mismatch/.test(code) && sent !== null) {
    return [`unauthorized: ${which} does not match (sent the one from ${sent.source})`, [secretHint]]
  }
  const text = failure.message
  return [text.startsWith('unauthorized') ? text : `unauthorized: ${text}`, [secretHint]]
}

function whereTheSecretIs(which: 'token' | 'password', scene: FailureScene): string {
  if (scene.target.kind !== 'local') return `pass the ${which} of that gateway with --${which}`
  if (which === 'password' && scene.hints.isPasswordHashed === true) {
    return 'gateway.auth.password is stored as a hash; pass the password with --password or MAYROS_GATEWAY_PASSWORD'
  }
  const path = shortPath(scene.record?.configPath ?? scene.configPath, scene.home)
  const variable = which === 'token' ? 'MAYROS_GATEWAY_TOKEN' : 'MAYROS_GATEWAY_PASSWORD'
  return `the gateway's own ${which} is gateway.auth.${which} in ${path}, or ${variable} or --${which} where it was started`
}

function fix(text: string): FailureNote {
  return { label: 'fix', text }
}
