import { countBySeverity } from '../../../application/security/find-weaknesses.js'
import type { SecurityFinding, Severity } from '../../../application/security/finding.js'
import { Failure } from '../../../domain/failure.js'
import type { CommandContext } from '../command-context.js'
import { auditHost } from '../security/audit-host.js'

/** What a look at the security of this host found, or why it could not be made. */
export type SecuritySight =
  | {
      readonly kind: 'seen'
      readonly summary: Readonly<Record<Severity, number>>
      readonly findings: readonly SecurityFinding[]
      /** What the file says, without secrets; null when it is not valid, and so not known to be without. */
      readonly configText: string | null
      readonly configProblems: readonly string[]
    }
  | { readonly kind: 'unseen'; readonly reason: string }

export async function lookAtSecurity(context: CommandContext): Promise<SecuritySight> {
  try {
    const { source } = await context.deps.openConfig(await context.environment())
    const reading = await source.read()
    const findings = await auditHost(context, reading, false)
    return {
      kind: 'seen',
      summary: countBySeverity(findings),
      findings,
      configText: reading.config === null ? null : reading.redactedRaw,
      configProblems: reading.problems.map(({ message }) => message),
    }
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    return { kind: 'unseen', reason: thrown.message }
  }
}
