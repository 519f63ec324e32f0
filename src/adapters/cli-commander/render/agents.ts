import { printable } from '../../../domain/log/printable.js'
import type { AgentFacts } from '../agents/agent-facts.js'
import { shortPath, table } from './words.js'

/** One agent a line: id, workspace, model, and who reaches it. */
export function agentLines(agents: readonly AgentFacts[], home: string): string[] {
  return table(
    agents.map(({ id, isDefault, workspace, model, routes }) => [
      id,
      isDefault ? 'default' : '',
      printable(shortPath(workspace, home)),
      printable(model ?? 'no model'),
      [...routes.map(printable), ...(isDefault ? ['everything else'] : [])].join('; ') || 'nobody by itself',
    ]),
  )
}

/** One binding a line, in the order in which they are tried. */
export function bindingLines(routes: readonly { readonly route: string; readonly agentId: string }[]): string[] {
  return table(routes.map(({ route, agentId }, index) => [`${index + 1}.`, printable(route), `-> ${agentId}`]))
}
