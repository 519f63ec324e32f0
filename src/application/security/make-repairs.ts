import { formatKeyPath } from '../../domain/config/key-path.js'
import { messageOf } from '../../domain/failure.js'
import type { ConfigSource, ConfigWriteOrigin } from '../ports/config-source.js'
import type { PrivateFiles } from '../ports/private-files.js'
import type { Repair, SecurityFinding } from './finding.js'

/** What was mended and what was not, one printable line each. */
export interface RepairsMade {
  readonly applied: readonly string[]
  readonly failed: readonly string[]
}

/** Makes the safe repairs of these findings. One that fails keeps none of the others from being made. */
export async function makeRepairs(
  findings: readonly SecurityFinding[],
  tools: { readonly files: PrivateFiles; readonly source: ConfigSource; readonly origin: ConfigWriteOrigin },
): Promise<RepairsMade> {
  const applied: string[] = []
  const failed: string[] = []
  for (const [line, repair] of unique(findings.flatMap(({ repairs }) => repairs))) {
    try {
      if (repair.kind === 'rights') await tools.files.tighten(repair.path, repair.mode)
      else await tools.source.edit([repair.edit], { origin: tools.origin })
      applied.push(line)
    } catch (thrown) {
      failed.push(`${line}: ${messageOf(thrown)}`)
    }
  }
  return { applied, failed }
}

/** Several accounts may inherit the same wrong value. */
function unique(repairs: readonly Repair[]): ReadonlyMap<string, Repair> {
  return new Map(repairs.map((repair) => [lineOf(repair), repair]))
}

function lineOf(repair: Repair): string {
  if (repair.kind === 'rights') return `chmod ${repair.mode.toString(8)} ${repair.path}`
  return `set ${formatKeyPath(repair.edit.path)} = ${String(repair.edit.value)}`
}
