import { createHash } from 'node:crypto'
import { build, parse } from 'plist'
import { SupervisorFailure } from '../../application/ports/supervisor.js'
import { isSecretVariable } from '../../domain/service/captured-environment.js'
import type { ServiceDescription } from '../../domain/service/installed-service.js'
import { serviceName } from '../../domain/service/service-name.js'
import type { ServicePlan } from '../../domain/service/service-plan.js'

type Members = Readonly<Record<string, unknown>>

const STAMP = /\n<!-- mayros version=(\S+) sha256=([0-9a-f]{64}) -->\n?$/

/** The property list of a LaunchAgent; the last line says who wrote it and what it was. */
export function renderAgent(plan: ServicePlan, additions: Members = {}): string {
  refuseLineBreaks(plan)
  const { EnvironmentVariables: environment, ...rest } = additions
  const members = { ...rest, ...membersOf(plan) }
  const EnvironmentVariables = { ...(environment as Members | undefined), ...plan.environment }
  const body = build({ ...members, EnvironmentVariables } as Parameters<typeof build>[0])
  return `${body}\n<!-- mayros version=${plan.version} sha256=${hashOf(body)} -->\n`
}

/** Whether somebody changed the text since it was rendered. */
export function isEditedAgent(text: string): boolean {
  const stamp = STAMP.exec(text)
  return stamp === null || hashOf(text.slice(0, stamp.index)) !== stamp[2]
}

/** What a property list says, whoever wrote it; one that is none says nothing. */
export function describeAgent(name: string, file: string, text: string): ServiceDescription {
  const { ProgramArguments, WorkingDirectory, EnvironmentVariables, ...others } = parsed(text)
  const environment = isMembers(EnvironmentVariables) ? EnvironmentVariables : {}
  return {
    name,
    file,
    text,
    programArguments: Array.isArray(ProgramArguments) ? ProgramArguments.map(String) : [],
    workingDirectory: typeof WorkingDirectory === 'string' ? WorkingDirectory : null,
    environment: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, String(value)])),
    settings: Object.fromEntries(
      Object.entries(others).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
    version: STAMP.exec(text)?.[1] ?? null,
  }
}

/** What somebody added by hand: keys and variables that ours does not know. Secrets are no additions. */
export function additionsOf(text: string, plan: ServicePlan): Members {
  const own = membersOf(plan)
  const { EnvironmentVariables, ...others } = parsed(text)
  const environment = isMembers(EnvironmentVariables) ? EnvironmentVariables : {}
  const foreign = Object.entries(environment).filter(
    ([name, value]) =>
      plan.environment[name] === undefined && !name.startsWith('MAYROS_') && !isSecretVariable(name, String(value)),
  )
  return {
    ...Object.fromEntries(Object.entries(others).filter(([key]) => own[key] === undefined)),
    EnvironmentVariables: Object.fromEntries(foreign),
  }
}

function membersOf(plan: ServicePlan): Members {
  const { profile, programArguments, workingDirectory, logDirectory } = plan
  return {
    Label: serviceName(profile).label,
    Comment: `Mayros Gateway${profile === null ? '' : ` (profile ${profile})`}`,
    ProgramArguments: [...programArguments],
    WorkingDirectory: workingDirectory,
    RunAtLoad: true,
    // launchd cannot tell exit codes apart: whoever ends with 0 wants to stay down.
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 10,
    ExitTimeOut: 45,
    // Octal 077.
    Umask: 63,
    SoftResourceLimits: { NumberOfFiles: 65_536 },
    StandardOutPath: `${logDirectory}/gateway.out.log`,
    StandardErrorPath: `${logDirectory}/gateway.err.log`,
  }
}

function refuseLineBreaks({ programArguments, workingDirectory, environment }: ServicePlan): void {
  const values = [...programArguments, workingDirectory, ...Object.entries(environment).flat()]
  // Of the control characters XML 1.0 knows tab, line feed and carriage return alone.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  if (!values.some((value) => /[\u0000-\u0008\u000a-\u001f]/.test(value))) return
  throw new SupervisorFailure('service-unwritable', 'a value with a line break cannot stand in a service file')
}

function parsed(text: string): Members {
  // The library complains on the console about what is no XML at all.
  if (!/<plist[\s\S]*<\/plist>/.test(text)) return {}
  try {
    const value: unknown = parse(text)
    return isMembers(value) ? value : {}
  } catch (thrown) {
    if (thrown instanceof Error) return {}
    throw thrown
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
