import { countBySeverity } from '../../../application/security/find-weaknesses.js'
import { makeRepairs, type RepairsMade } from '../../../application/security/make-repairs.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { securityAuditDocument, securityAuditLines } from '../render/security-audit.js'
import { auditHost } from '../security/audit-host.js'

export interface SecurityAuditFlags {
  /** Also look at the running gateway. */
  readonly deep?: boolean
  /** Mend what can be mended safely, then look again. */
  readonly fix?: boolean
}

/** `mayros security audit`: works without a gateway and with a configuration that is not valid. */
export async function securityAudit(context: CommandContext, flags: SecurityAuditFlags): Promise<number> {
  const { deps } = context
  const { source } = await deps.openConfig(await context.environment())
  const look = async () => auditHost(context, await source.read(), flags.deep === true)
  let findings = await look()
  let fix: RepairsMade | null = null
  if (flags.fix === true) {
    const origin = { source: 'cli', actor: 'security audit --fix' } as const
    fix = await makeRepairs(findings, { files: await deps.privateFiles(), source, origin })
    if (fix.applied.length > 0) findings = await look()
  }
  const summary = countBySeverity(findings)
  const report = { at: deps.now(), summary, findings, fix }
  if (context.json) context.printJson(securityAuditDocument(report))
  else context.print(securityAuditLines(report, context.paint))
  return summary.critical > 0 ? exitCodes.failed : exitCodes.ok
}
