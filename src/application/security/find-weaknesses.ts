import type { SecurityFinding, Severity } from './finding.js'
import { SECURITY_CHECKS } from './security-checks.js'
import type { SecurityFacts } from './security-facts.js'

const ORDER: readonly Severity[] = ['critical', 'warn', 'info']

/** Everything the checks find, the gravest first, otherwise in the order of the checks. */
export function findWeaknesses(facts: SecurityFacts): readonly SecurityFinding[] {
  const findings = SECURITY_CHECKS.flatMap((check) =>
    check.find(facts).map(
      ({ severity, detail, key, remediation, repairs }): SecurityFinding => ({
        checkId: check.id,
        severity,
        title: check.title,
        detail,
        remediation: remediation ?? check.remediation,
        ...(key === undefined ? {} : { key }),
        repairs: repairs ?? [],
      }),
    ),
  )
  return ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
}

/** How many there are of each. */
export function countBySeverity(findings: readonly SecurityFinding[]): Readonly<Record<Severity, number>> {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length
  return { critical: count('critical'), warn: count('warn'), info: count('info') }
}
