import type { SecurityFinding, Severity } from '../../../application/security/finding.js'
import type { RepairsMade } from '../../../application/security/make-repairs.js'
import { printable } from '../../../domain/log/printable.js'
import type { Paint } from './paint.js'

export interface SecurityReport {
  /** Unix milliseconds. */
  readonly at: number
  readonly summary: Readonly<Record<Severity, number>>
  readonly findings: readonly SecurityFinding[]
  /** Null when nothing was to be mended. */
  readonly fix: RepairsMade | null
}

/** For people: one block a finding, then the sum. */
export function securityAuditLines({ summary, findings, fix }: SecurityReport, paint: Paint): string[] {
  const colours: Readonly<Record<Severity, (text: string) => string>> = {
    critical: paint.red,
    warn: paint.yellow,
    info: paint.cyan,
  }
  return [
    ...(fix?.applied ?? []).map((line) => `fixed   ${printable(line)}`),
    ...(fix?.failed ?? []).map((line) => `failed  ${printable(line)}`),
    ...findings.flatMap(({ severity, checkId, title, detail, remediation }) => [
      `${colours[severity](severity.padEnd(9))} ${printable(title)}  ${paint.dim(checkId)}`,
      `          ${printable(detail)}`,
      `          fix: ${printable(remediation)}`,
    ]),
    findings.length === 0
      ? 'nothing found'
      : `${summary.critical} critical, ${summary.warn} warnings, ${summary.info} for information`,
  ]
}

/** For programs. */
export function securityAuditDocument({ at, summary, findings, fix }: SecurityReport): object {
  return {
    ts: at,
    summary,
    findings: findings.map(({ checkId, severity, title, detail, remediation, key }) => ({
      checkId,
      severity,
      title,
      detail,
      remediation,
      ...(key === undefined ? {} : { key }),
    })),
    ...(fix === null ? {} : { fix }),
  }
}
