import { printable } from '../../../domain/log/printable.js'
import { isSecretVariable } from '../../../domain/service/captured-environment.js'
import { withoutSecrets } from './service-document.js'
import type { OverviewFacts } from './status.js'
import { shortPath } from './words.js'

/** What `status --all` adds to the overview. Nothing in it is secret, so that it may be pasted anywhere. */
export function reportLines(facts: OverviewFacts, platform: string): string[] {
  const { report, security, version, hello, access } = facts
  if (report === null) return []
  const { node, release, arch } = report.host
  const { environment } = access
  const text = security.kind === 'seen' ? security.configText : null
  return [
    '',
    'Versions',
    `  mayros ${version} (${report.installation}), gateway ${hello?.server.version ?? 'not running'}`,
    `  node ${node}, ${platform} ${release} ${arch}`,
    '',
    `Config ${shortPath(environment.configPath, environment.home)}`,
    ...indented(text === null || text === '' ? [configMissing(facts)] : text.trimEnd().split('\n')),
    '',
    'Service',
    ...indented(serviceLines(facts)),
    '',
    'Security',
    ...indented(securityLines(facts)),
    '',
    'Log, the newest warnings and errors',
    ...indented(
      report.log.length === 0
        ? ['none']
        : report.log.map((line) => `${line.time} ${line.level.padEnd(5)} ${line.subsystem}  ${line.message}`),
    ),
  ]
}

function configMissing({ access, security }: OverviewFacts): string {
  if (!access.hints.exists) return 'there is none'
  const problems = security.kind === 'seen' ? security.configProblems : access.hints.problems
  return `not shown, since it is not valid: ${problems.map(printable).join('; ')}`
}

function serviceLines({ service }: OverviewFacts): string[] {
  const report = service?.report ?? null
  if (report?.installed == null) return [service?.problem ?? 'not installed']
  const { installed, state, drift } = report
  const variables = Object.entries(installed.environment).map(
    ([name, value]) => `${name}=${isSecretVariable(name, value) ? '***' : value}`,
  )
  return [
    `${report.name}: ${state.status} (${state.state}/${state.subState}), ${installed.file}`,
    `runs ${withoutSecrets(installed.programArguments).join(' ')}`,
    `in   ${installed.workingDirectory ?? '-'}`,
    ...variables.map((variable) => `with ${variable}`),
    ...drift.map(({ code, level, message }) => `${level} ${code}: ${printable(message)}`),
  ]
}

function securityLines({ security }: OverviewFacts): string[] {
  if (security.kind === 'unseen') return [`unknown: ${printable(security.reason)}`]
  const { findings } = security
  return findings.length === 0
    ? ['nothing found']
    : findings.map(({ severity, checkId, title }) => `${severity.padEnd(9)}${checkId}: ${printable(title)}`)
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
