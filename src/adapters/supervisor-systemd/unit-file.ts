import { createHash } from 'node:crypto'
import { isSecretVariable } from '../../domain/service/captured-environment.js'
import type { ServiceDescription } from '../../domain/service/installed-service.js'
import { serviceName } from '../../domain/service/service-name.js'
import type { ServicePlan } from '../../domain/service/service-plan.js'
import { formatUnitLines, parseUnitLines, type UnitLine } from './unit-lines.js'
import { commandWord, environmentWord, plainCommandWord, restOfLine, withoutSpecifiers, wordsOf } from './unit-words.js'

/** What this host can do with a unit. */
export interface UnitSetting {
  readonly scope: 'user' | 'system'
  /** Whether the gateway can tell systemd that it is ready and alive. */
  readonly canNotify: boolean
}

const HEAD = (unit: string, scope: string) =>
  `# Written by \`mayros gateway install\`. Changes of your own belong into a drop-in: systemctl${scope === 'user' ? ' --user' : ''} edit ${unit}`
const STAMP = /^# mayros version=(\S+) sha256=([0-9a-f]{64})$/m

/** The unit as text; the second line says who wrote it and what it was. */
export function renderUnit(plan: ServicePlan, setting: UnitSetting, additions: readonly UnitLine[] = []): string {
  const body = formatUnitLines([...linesOf(plan, setting), ...additions])
  const stamp = `# mayros version=${restOfLine(plan.version)} sha256=${hashOf(body)}`
  return [HEAD(serviceName(plan.profile).unit, setting.scope), stamp, '', body].join('\n')
}

/** Whether somebody changed the text since it was rendered. */
export function isEditedUnit(text: string): boolean {
  const stamp = STAMP.exec(text)
  if (stamp === null) return true
  return hashOf(text.slice(stamp.index + stamp[0].length).replace(/^\n+/, '')) !== stamp[2]
}

/** What a unit file says, whoever wrote it. */
export function describeUnit(name: string, file: string, text: string): ServiceDescription {
  const settings: Record<string, string> = {}
  const environment: Record<string, string> = {}
  let programArguments: readonly string[] = []
  let workingDirectory: string | null = null
  for (const { section, key, value } of parseUnitLines(text)) {
    if (section === 'Service' && key === 'ExecStart') {
      programArguments = wordsOf(value).map(plainCommandWord)
    } else if (section === 'Service' && key === 'WorkingDirectory') {
      workingDirectory = withoutSpecifiers(value)
    } else if (section === 'Service' && key === 'Environment') {
      for (const [variable, content] of assignmentsOf(value)) environment[variable] = content
    } else {
      const full = `${section}.${key}`
      settings[full] = settings[full] === undefined ? value : `${settings[full]}\n${value}`
    }
  }
  return {
    name,
    file,
    text,
    programArguments,
    workingDirectory,
    environment,
    settings,
    version: STAMP.exec(text)?.[1] ?? null,
  }
}

/** What somebody added to a unit by hand: keys and variables that ours does not know. Secrets are no additions. */
export function additionsOf(text: string, plan: ServicePlan, setting: UnitSetting): readonly UnitLine[] {
  const own = linesOf(plan, setting)
  const known = new Set(own.map(({ section, key }) => `${section}.${key}`))
  return parseUnitLines(text).flatMap((line): UnitLine[] => {
    if (line.section === '') return []
    if (line.section === 'Service' && line.key === 'Environment') {
      const foreign = assignmentsOf(line.value).filter(
        ([name, value]) =>
          plan.environment[name] === undefined && !name.startsWith('MAYROS_') && !isSecretVariable(name, value),
      )
      return foreign.map(([name, value]) => ({ ...line, value: environmentWord(name, value) }))
    }
    return known.has(`${line.section}.${line.key}`) ? [] : [line]
  })
}

function linesOf(plan: ServicePlan, { scope, canNotify }: UnitSetting): readonly UnitLine[] {
  const { profile, programArguments, workingDirectory, environment, user } = plan
  const unit = (key: string, value: string): UnitLine => ({ section: 'Unit', key, value })
  const service = (key: string, value: string): UnitLine => ({ section: 'Service', key, value })
  return [
    unit('Description', restOfLine(`Mayros Gateway${profile === null ? '' : ` (profile ${profile})`}`)),
    unit('After', 'network-online.target'),
    unit('Wants', 'network-online.target'),
    unit('StartLimitIntervalSec', '300'),
    unit('StartLimitBurst', '10'),
    service('Type', canNotify ? 'notify' : 'exec'),
    ...(canNotify ? [service('NotifyAccess', 'all'), service('WatchdogSec', '60')] : []),
    ...(scope === 'system' && user !== null ? [service('User', restOfLine(user))] : []),
    service('ExecStart', programArguments.map(commandWord).join(' ')),
    service('ExecReload', '/bin/kill -HUP $MAINPID'),
    service('WorkingDirectory', restOfLine(workingDirectory)),
    ...Object.entries(environment).map(([name, value]) => service('Environment', environmentWord(name, value))),
    service('Restart', 'on-failure'),
    service('RestartSec', '5'),
    service('RestartPreventExitStatus', '78'),
    service('RestartForceExitStatus', '75'),
    service('SuccessExitStatus', '75 143'),
    service('TimeoutStartSec', '90'),
    service('TimeoutStopSec', '45'),
    service('KillMode', 'mixed'),
    // An agent's command that runs out of memory must not take the gateway along.
    service('OOMPolicy', 'continue'),
    service('UMask', '0077'),
    service('LimitNOFILE', '65536'),
    service('NoNewPrivileges', 'yes'),
    service('LockPersonality', 'yes'),
    service('RestrictRealtime', 'yes'),
    service('RestrictSUIDSGID', 'yes'),
    service('SystemCallArchitectures', 'native'),
    ...(scope === 'system' ? SYSTEM_HARDENING.map((key) => service(key, 'yes')) : []),
    { section: 'Install', key: 'WantedBy', value: scope === 'system' ? 'multi-user.target' : 'default.target' },
  ]
}

/** Only the system's manager can do these; none of them takes anything from a gateway or from the tools of its agents. */
const SYSTEM_HARDENING = ['ProtectKernelTunables', 'ProtectKernelModules', 'ProtectControlGroups', 'ProtectClock']

function assignmentsOf(value: string): readonly (readonly [name: string, value: string])[] {
  return wordsOf(value).map((word) => {
    const text = withoutSpecifiers(word)
    const equals = text.indexOf('=')
    return equals < 0 ? ([text, ''] as const) : ([text.slice(0, equals), text.slice(equals + 1)] as const)
  })
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
