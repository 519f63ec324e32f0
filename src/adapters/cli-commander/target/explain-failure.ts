import { ClientFailure } from '../../../application/ports/gateway-client.js'
import type { RuntimeRecord } from '../../../application/ports/runtime-record.js'
import { formatDuration } from '../../../application/start/format-duration.js'
import { CliFailure, type FailureNote } from '../cli-failure.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath } from '../render/words.js'
import type { Target } from './resolve-target.js'

const EXIT_CODES: Readonly<Record<ClientFailure['code'], number>> = {
  unreachable: exitCodes.unreachable,
  timeout: exitCodes.unreachable,
  not_a_gateway: exitCodes.unreachable,
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
    details: thrown.details,
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
        [from, ...(target.kind === 'local' ? [fix(START_HINT)] : [])],
      ]
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
  const path = shortPath(scene.record?.configPath ?? scene.configPath, scene.home)
  const variable = which === 'token' ? 'MAYROS_GATEWAY_TOKEN' : 'MAYROS_GATEWAY_PASSWORD'
  return `the gateway's own ${which} is gateway.auth.${which} in ${path}, or ${variable} or --${which} where it was started`
}

function fix(text: string): FailureNote {
  return { label: 'fix', text }
}
