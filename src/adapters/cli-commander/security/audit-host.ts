import type { ConfigReading } from '../../../application/ports/config-source.js'
import { findWeaknesses } from '../../../application/security/find-weaknesses.js'
import type { SecurityFinding } from '../../../application/security/finding.js'
import { gatherFacts } from '../../../application/security/gather-facts.js'
import type { CommandContext } from '../command-context.js'
import { lookDeeper } from './look-deeper.js'
import { usableConfig } from './usable-config.js'

/**
 * Looks for weaknesses of this host and configuration, without changing anything.
 * @param isDeep also look at the running gateway from outside
 */
export async function auditHost(
  context: CommandContext,
  reading: ConfigReading,
  isDeep: boolean,
): Promise<readonly SecurityFinding[]> {
  const { deps } = context
  const { stateDir, variables } = await context.environment()
  const [config, files] = await Promise.all([usableConfig(reading), deps.privateFiles()])
  const deep = isDeep ? await lookDeeper(context, config) : null
  const isContainer = deps.isContainer()
  return findWeaknesses(
    await gatherFacts({ now: deps.now(), stateDir, reading, config, variables, isContainer, files, deep }),
  )
}
