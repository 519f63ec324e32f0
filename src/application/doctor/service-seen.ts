import type { DiffLine } from '../../domain/service/text-diff.js'
import type { ServiceReport } from '../service/inspect-service.js'
import type { ServiceSeen } from './doctor-facts.js'

/**
 * What the checks look at of a service.
 * @param another state directory of another gateway that the service of our name belongs to; null = it is ours
 */
export function serviceSeen(report: ServiceReport, another: string | null): ServiceSeen {
  const { kind, unavailable, installed, linger, state } = report
  return {
    supervisor: kind === 'none' || unavailable !== null ? null : kind,
    isInstalled: installed !== null && another === null,
    file: installed?.file ?? null,
    status: state.status,
    linger: linger.isNeeded ? linger.isOn : null,
    findings: [...(another === null ? driftOf(report) : [notOurs(report, another)]), ...duplicatesOf(report)],
  }
}

/** Remarks are none of a doctor's business. The difference is told once: one repair takes care of all of it. */
function driftOf({ drift, diff }: ServiceReport): ServiceSeen['findings'] {
  const serious = drift.flatMap(({ code, level, message }) =>
    level === 'info' ? [] : [{ id: code, severity: level, message, action: 'rewrite' as const }],
  )
  const detail = changedLines(diff)
  return serious.map((finding, index) => (index === 0 && detail !== '' ? { ...finding, detail } : finding))
}

function notOurs({ name }: ServiceReport, another: string): ServiceSeen['findings'][number] {
  return {
    id: 'service.paths',
    severity: 'error',
    message: `${name} runs the gateway of ${another}, not this one`,
    action: null,
    fix: 'mayros --profile <name>: every profile has a service of its own',
  }
}

/** A service of the same name for the system as well as for this account: both start the same gateway. */
function duplicatesOf({ name, installed, neighbours }: ServiceReport): ServiceSeen['findings'] {
  if (installed === null) return []
  return neighbours
    .filter((neighbour) => neighbour.name === name)
    .map(({ file }) => ({
      id: 'service.duplicate',
      severity: 'error',
      message: `there is a second ${name}: ${file}`,
      action: null,
      fix: 'keep one: mayros gateway uninstall, or sudo mayros gateway uninstall --system',
    }))
}

/** The mark of whoever wrote the file changes with every other line, and says nothing by itself. */
const MARK = /\bmayros version=\S+ sha256=/

function changedLines(diff: readonly DiffLine[]): string {
  return diff
    .filter(({ sign, text }) => sign !== ' ' && text.trim() !== '' && !MARK.test(text))
    .map(({ sign, text }) => `${sign} ${text}`)
    .join('\n')
}
