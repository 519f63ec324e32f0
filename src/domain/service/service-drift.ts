import { isSecretVariable } from './captured-environment.js'
import type { InstalledService, ServiceDescription } from './installed-service.js'
import { versionManagerOf } from './stable-program.js'

export type DriftCode =
  | 'service.missing'
  | 'service.entry'
  | 'service.command'
  | 'service.paths'
  | 'service.port'
  | 'service.secret'
  | 'service.env-stale'
  | 'service.path-env'
  | 'service.runtime'
  | 'service.network'
  | 'service.restart'
  | 'service.killmode'
  | 'service.timeout'
  | 'service.limits'
  | 'service.hardening'
  | 'service.readiness'
  | 'service.launchd-flags'
  | 'service.mode'
  | 'service.edited'
  | 'service.version'

/** One way in which an installed service is not what would be installed now. */
export interface DriftFinding {
  readonly code: DriftCode
  readonly level: 'error' | 'warn' | 'info'
  /** One sentence without secrets. */
  readonly message: string
}

/** What is known besides the two files. */
export interface DriftFacts {
  /** Files among program and entry that do not exist. */
  readonly missingFiles: readonly string[]
  /** `gateway.port` of the configuration; null when it says none. */
  readonly configuredPort: number | null
  readonly isEnabled: boolean
}

/** Where each key of a service file belongs. What is not listed is `service.restart`'s neighbour: hardening. */
const CODE_OF_SETTING: readonly (readonly [keys: RegExp, code: DriftCode])[] = [
  [/^Unit\.(?:After|Wants)$/, 'service.network'],
  [/^Unit\.StartLimit|^Service\.Restart|^Service\.SuccessExitStatus$|^Install\./, 'service.restart'],
  [/^Service\.(?:Type|NotifyAccess|WatchdogSec|ExecReload)$/, 'service.readiness'],
  [/^Service\.KillMode$/, 'service.killmode'],
  [/^Service\.Timeout|^ExitTimeOut$/, 'service.timeout'],
  [/^Service\.Limit|^SoftResourceLimits/, 'service.limits'],
  [/^(?:RunAtLoad|KeepAlive|ThrottleInterval)/, 'service.launchd-flags'],
]

/** Variables in which one shell differs from the next: a service keeps those of the shell that installed it. */
const TASTES_OF_SHELLS = ['LANG', 'LC_ALL', 'TMPDIR'] as const

/** Variables that say where a gateway lives. */
const PATH_VARIABLES = ['HOME', 'MAYROS_HOME', 'MAYROS_PROFILE', 'MAYROS_STATE_DIR', 'MAYROS_CONFIG_PATH'] as const

/**
 * Compares an installed service with what would be installed now. What somebody added by hand is no drift; what they
 * changed or removed is.
 * @param installed null = there is no file
 */
export function auditService(
  installed: InstalledService | null,
  wanted: ServiceDescription,
  facts: DriftFacts,
): readonly DriftFinding[] {
  if (installed === null) {
    return facts.isEnabled ? [found('service.missing', 'error', `${wanted.name} is enabled, but its file is gone`)] : []
  }
  return [
    ...(facts.isEnabled ? [] : [found('service.missing', 'error', `${installed.name} has a file, but is not enabled`)]),
    ...auditCommand(installed, wanted, facts),
    ...auditEnvironment(installed, wanted),
    ...auditSettings(installed, wanted),
    ...auditFile(installed, wanted),
  ]
}

function auditCommand(
  { programArguments: seen, workingDirectory }: InstalledService,
  wanted: ServiceDescription,
  { missingFiles, configuredPort }: DriftFacts,
): DriftFinding[] {
  const findings: DriftFinding[] = []
  const [program = '', entry = ''] = seen
  const [wantedProgram = '', wantedEntry = ''] = wanted.programArguments
  for (const file of missingFiles)
    findings.push(found('service.entry', 'error', `it starts ${file}, which does not exist`))
  if (entry !== wantedEntry && !missingFiles.includes(entry)) {
    findings.push(found('service.entry', 'error', `it starts ${entry || 'nothing'}, this program is ${wantedEntry}`))
  }
  const manager = versionManagerOf(program)
  if (manager !== null && program !== wantedProgram) {
    findings.push(found('service.runtime', 'warn', `its Node comes from ${manager}: ${program}`))
  } else if (program !== wantedProgram && !missingFiles.includes(program)) {
    findings.push(
      found('service.runtime', 'warn', `it runs ${program || 'nothing'}, install would take ${wantedProgram}`),
    )
  }
  if (seen[2] !== 'gateway') findings.push(found('service.command', 'error', 'it does not run `gateway`'))
  const port = optionOf(seen, '--port')
  if (port !== null && configuredPort !== null && Number(port) !== configuredPort) {
    findings.push(found('service.port', 'warn', `its port is pinned to ${port}, gateway.port is ${configuredPort}`))
  }
  for (const flag of ['--token', '--password']) {
    if (optionOf(seen, flag) !== null) findings.push(found('service.secret', 'error', `its command line has ${flag}`))
  }
  if (workingDirectory !== wanted.workingDirectory) {
    findings.push(
      found('service.paths', 'error', changed('working directory', workingDirectory, wanted.workingDirectory)),
    )
  }
  const other = (args: readonly string[]) => withoutOption(args.slice(3), '--port').join(' ')
  if (seen[2] === 'gateway' && other(seen) !== other(wanted.programArguments)) {
    const hasSecret = findings.some(({ code }) => code === 'service.secret')
    const words = hasSecret
      ? 'other flags than install writes'
      : `\`${other(seen)}\` instead of \`${other(wanted.programArguments)}\``
    findings.push(found('service.command', 'error', `its command line has ${words}`))
  }
  return findings
}

function auditEnvironment(
  { environment: seen }: InstalledService,
  { environment: wanted }: ServiceDescription,
): DriftFinding[] {
  const findings: DriftFinding[] = []
  const names = [...new Set([...Object.keys(seen), ...Object.keys(wanted)])]
  for (const name of names) {
    const [is, should] = [seen[name], wanted[name]]
    if (is === should || name === 'MAYROS_SERVICE_VERSION') continue
    if ((TASTES_OF_SHELLS as readonly string[]).includes(name)) continue
    if (is !== undefined && isSecretVariable(name, is)) {
      findings.push(found('service.secret', 'error', `it holds the secret ${name}`))
    } else if (name === 'PATH') {
      findings.push(found('service.path-env', 'warn', changed('PATH', is ?? null, should ?? null)))
    } else if ((PATH_VARIABLES as readonly string[]).includes(name)) {
      findings.push(found('service.paths', 'error', changed(name, is ?? null, should ?? null)))
    } else if (name.startsWith('MAYROS_') || should !== undefined) {
      findings.push(found('service.env-stale', 'warn', changed(name, is ?? null, should ?? null)))
    }
  }
  return findings
}

function auditSettings({ settings: seen }: InstalledService, { settings: wanted }: ServiceDescription): DriftFinding[] {
  return Object.entries(wanted).flatMap(([key, should]) => {
    const is = seen[key]
    if (is === should) return []
    const code = CODE_OF_SETTING.find(([keys]) => keys.test(key))?.[1] ?? 'service.hardening'
    return [found(code, 'warn', changed(key, is ?? null, should))]
  })
}

function auditFile({ isEdited, mode, version, file }: InstalledService, wanted: ServiceDescription): DriftFinding[] {
  const findings: DriftFinding[] = []
  if (mode !== null && (mode & 0o077) !== 0) {
    findings.push(found('service.mode', 'warn', `${file} is ${mode.toString(8)}, should be 600`))
  }
  if (isEdited) findings.push(found('service.edited', 'info', `${file} was changed by hand`))
  if (version !== wanted.version) {
    const writer = version === null ? 'another program' : `version ${version}`
    findings.push(found('service.version', 'info', `it was written by ${writer}, this is ${wanted.version}`))
  }
  return findings
}

function changed(what: string, is: string | null, should: string | null): string {
  const word = (value: string | null) => (value === null ? 'missing' : value.replaceAll('\n', ' | '))
  return `${what}: ${word(is)}, should be ${word(should)}`
}

function optionOf(args: readonly string[], flag: string): string | null {
  const at = args.indexOf(flag)
  if (at >= 0) return args[at + 1] ?? ''
  const joined = args.find((arg) => arg.startsWith(`${flag}=`))
  return joined === undefined ? null : joined.slice(flag.length + 1)
}

function withoutOption(args: readonly string[], flag: string): readonly string[] {
  const at = args.indexOf(flag)
  const rest = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)]
  return rest.filter((arg) => !arg.startsWith(`${flag}=`))
}

function found(code: DriftCode, level: DriftFinding['level'], message: string): DriftFinding {
  return { code, level, message }
}
