import type { GatewayConfig } from '../../domain/config/config.js'
import { formatProblem } from '../../domain/config/problem.js'
import type { ConfigReading } from '../ports/config-source.js'
import type { PrivateFiles } from '../ports/private-files.js'
import { auditedFiles } from './audited-files.js'
import { plainSecrets } from './plain-secrets.js'
import type { AuditedAuthMode, DeepFacts, SecretInUse, SecurityFacts } from './security-facts.js'

export interface AuditScene {
  /** Unix milliseconds. */
  readonly now: number
  /** Absolute. */
  readonly stateDir: string
  readonly reading: ConfigReading
  /** What can be understood of the files; the whole configuration where they are valid. */
  readonly config: GatewayConfig
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly isContainer: boolean
  readonly files: PrivateFiles
  readonly deep: DeepFacts | null
}

/** Puts together what the checks look at. */
export async function gatherFacts(scene: AuditScene): Promise<SecurityFacts> {
  const { config, reading, variables } = scene
  return {
    now: scene.now,
    config,
    problems: reading.problems.map(formatProblem),
    plainSecrets: plainSecrets(reading),
    auth: authOf(config, variables),
    variables,
    isContainer: scene.isContainer,
    files: await auditedFiles(scene.files, {
      stateDir: scene.stateDir,
      configFiles: reading.files.filter((path) => path !== 'memory'),
      tlsKey: config.gateway.tls.keyPath,
      logFile: config.logging.file,
    }),
    deep: scene.deep,
  }
}

/** As a start without flags decides: the environment beats the files, a password alone means password mode. */
function authOf(config: GatewayConfig, variables: AuditScene['variables']): SecurityFacts['auth'] {
  const { auth } = config.gateway
  const token = inUse(variables.MAYROS_GATEWAY_TOKEN, auth.token)
  const password = inUse(variables.MAYROS_GATEWAY_PASSWORD, auth.password)
  const implied: AuditedAuthMode = password !== null && token === null ? 'password' : 'token'
  return { mode: auth.mode ?? implied, token, password }
}

function inUse(variable: string | undefined, written: string | undefined): SecretInUse | null {
  if (variable !== undefined && variable.trim() !== '') return { value: variable, from: 'environment' }
  return written === undefined ? null : { value: written, from: 'config' }
}
