import { bindingsInOrder } from '../../../domain/routing/bindings.js'
import { agentFacts, routeText, validConfig } from '../agents/agent-facts.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { agentLines, bindingLines } from '../render/agents.js'

export interface AgentsListFlags {
  readonly bindings?: boolean
}

/** `mayros agents list`: who answers, as the configuration of this host says; needs no gateway. */
export async function agentsList(context: CommandContext, flags: AgentsListFlags): Promise<number> {
  const environment = await context.environment()
  const { source } = await context.deps.openConfig(environment)
  const config = validConfig(await source.read(), environment)
  const agents = agentFacts(config, environment)
  if (context.json) context.printJson(agents)
  else {
    context.print(agentLines(agents, environment.home))
    if (flags.bindings === true) {
      const bound = bindingsInOrder(config.bindings).map((binding) => ({
        route: routeText(binding),
        agentId: binding.agentId.toLowerCase(),
      }))
      const rest = agents
        .filter(({ isDefault }) => isDefault)
        .map(({ id }) => ({ route: 'everything else', agentId: id }))
      context.print(['', 'Bindings, in the order in which they are tried', ...bindingLines([...bound, ...rest])])
    }
  }
  return exitCodes.ok
}
