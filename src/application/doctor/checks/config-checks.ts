import { parseKeyPath, resolveKeyPath } from '../../../domain/config/parse-key-path.js'
import { formatProblem } from '../../../domain/config/problem.js'
import type { ConfigEdit } from '../../ports/config-source.js'
import type { DoctorCheck, DoctorComplaint } from '../finding.js'

const SHORTEST_TOKEN = 24

/** The configuration: can it be used, and does it say what a gateway needs. */
export const CONFIG_CHECKS: readonly DoctorCheck[] = [
  {
    id: 'config.valid',
    title: 'the configuration can be read and fits the schema',
    find: ({ reading, hasLastGood }) => {
      const { problems } = reading
      if (problems.length === 0) return []
      const isOnlyUnknown = reading.resolved !== null && problems.every(({ code }) => code === 'unknown_key')
      const message = `${reading.path} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`
      const detail = problems.map(formatProblem).join('\n')
      if (isOnlyUnknown) {
        const edits = problems.flatMap(({ path }) => removalOf(path, reading.resolved))
        return [{ severity: 'error', message, detail, repair: { kind: 'config', edits } }]
      }
      const fix = hasLastGood
        ? 'mayros config history; mayros gateway --last-good starts with what ran last'
        : `edit ${reading.path}`
      return [{ severity: 'error', message, detail, fix }]
    },
  },
  {
    id: 'config.reserved',
    title: 'no keys without effect',
    find: ({ reading }) => {
      if (reading.warnings.length === 0) return []
      return [
        {
          severity: 'warn',
          message: `${reading.path} has keys without effect`,
          detail: reading.warnings.map(formatProblem).join('\n'),
          fix: 'take them out, or leave them: nothing depends on them',
        },
      ]
    },
  },
  {
    id: 'config.mode',
    title: 'gateway.mode is set where a service is installed',
    find: ({ config, reading, service }) => {
      if (service?.isInstalled !== true || !reading.exists || reading.config === null) return []
      if (config.gateway.mode !== undefined || config.gateway.remote?.url !== undefined) return []
      const edit = { path: ['gateway', 'mode'], value: 'local' }
      return [
        {
          severity: 'error',
          message: 'gateway.mode is not set, and the service would refuse to start',
          repair: { kind: 'config', edits: [edit] },
        },
      ]
    },
  },
  {
    id: 'auth.secret',
    title: 'there is a secret, and nobody can guess it',
    find: ({ config, token, password }) => {
      const mode = config.gateway.auth.mode ?? (password !== null && token === null ? 'password' : 'token')
      if (mode !== 'token' && mode !== 'password') return []
      const secret = mode === 'token' ? token : password
      if (secret === null) {
        return [
          {
            severity: 'warn',
            message: `no ${mode} is configured; a token is made at the first start`,
            ...(mode === 'token' ? { repair: { kind: 'token' } } : { fix: 'mayros config set gateway.auth.password' }),
          },
        ]
      }
      const complaints: DoctorComplaint[] = []
      if (mode === 'token' && secret.value.length < SHORTEST_TOKEN) {
        complaints.push({
          severity: 'warn',
          message: `the token has ${secret.value.length} characters, ${SHORTEST_TOKEN} or more cannot be guessed`,
          fix: 'mayros doctor --generate-gateway-token',
        })
      }
      const written = mode === 'token' ? config.gateway.auth.token : config.gateway.auth.password
      if (secret.from === 'environment' && written !== undefined && written !== secret.value) {
        const name = mode === 'token' ? 'MAYROS_GATEWAY_TOKEN' : 'MAYROS_GATEWAY_PASSWORD'
        complaints.push({
          severity: 'warn',
          message: `${name} and gateway.auth.${mode} differ; programs without the variable are refused`,
          fix: `unset ${name}, or set both to the same value`,
        })
      }
      return complaints
    },
  },
  {
    id: 'auth.exposure',
    title: 'nobody can come in without a secret from elsewhere',
    find: ({ config }) => {
      const { bind, auth, tailscale } = config.gateway
      if (auth.mode !== 'none') return []
      if (bind === 'loopback' && tailscale.mode === 'off') return []
      return [
        {
          severity: 'error',
          message: `gateway.auth.mode is none and gateway.bind is ${bind}: whoever reaches the port is let in`,
          fix: 'mayros config set gateway.auth.mode token',
        },
      ]
    },
  },
  {
    id: 'env.sources',
    title: 'a service has the variables that the configuration uses',
    find: ({ service, shellOnly, stateDir }) => {
      if (service?.isInstalled !== true || shellOnly.length === 0) return []
      return [
        {
          severity: 'warn',
          message: `only this shell has ${shellOnly.join(', ')}; the service does not`,
          fix: `write them to ${stateDir}/.env`,
        },
      ]
    },
  },
]

/** Taking a key out, as an edit; none when the path cannot be followed. */
function removalOf(path: string, values: unknown): readonly ConfigEdit[] {
  const typed = parseKeyPath(path)
  const resolved = 'message' in typed ? null : resolveKeyPath(typed, values)
  return resolved === null ? [] : [{ path: resolved, value: undefined }]
}
