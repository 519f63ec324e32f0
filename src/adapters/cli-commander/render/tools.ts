import { printable } from '../../../domain/log/printable.js'
import { table } from './words.js'

interface About {
  readonly agentId: string
  readonly sessionKey: string | null
  readonly model: string
  readonly problems: readonly { readonly path: string; readonly message: string }[]
}

/** What `tools.list` answers. */
export interface ToolList extends About {
  readonly tools: readonly {
    readonly name: string
    readonly toolbox: string
    readonly offered: boolean
    readonly decidedBy: string | null
    readonly path?: string | null
    readonly rule?: string
  }[]
}

/** What `tools.explain` answers. */
export interface ToolExplanation extends About {
  readonly tool: string
  readonly exists: boolean
  readonly offered: boolean
  readonly decidedBy: string | null
  readonly layers: readonly {
    readonly layer: string
    readonly path: string | null
    readonly rule: string
    readonly verdict: string
  }[]
}

export function toolListLines(list: ToolList): string[] {
  const rows = list.tools.map(({ name, toolbox, offered, decidedBy, path, rule }) => [
    printable(name),
    printable(toolbox),
    offered ? 'offered' : `not offered: ${printable(`${decidedBy}, ${rule ?? ''} (${path ?? 'built in'})`)}`,
  ])
  return [...(rows.length === 0 ? ['no tools'] : table(rows)), ...problemLines(list)]
}

export function explanationLines(explanation: ToolExplanation): string[] {
  const { tool, exists, offered, decidedBy, layers, agentId, sessionKey, model } = explanation
  const where = `agent ${agentId}, model ${model}${sessionKey === null ? '' : `, session ${sessionKey}`}`
  const rows = layers.map(({ layer, path, rule, verdict }) => [
    `  ${layer}`,
    verdict,
    printable(`${rule}${path === null ? '' : `  ${path}`}`) + (layer === decidedBy ? '  <- decides' : ''),
  ])
  const answer = exists ? (offered ? 'offered' : `not offered, because of ${decidedBy}`) : 'there is no such tool'
  return [`${printable(tool)}: ${answer}`, `  ${printable(where)}`, ...table(rows), ...problemLines(explanation)]
}

function problemLines({ problems }: About): string[] {
  return problems.map(({ path, message }) => printable(`problem: ${path} ${message}`))
}
