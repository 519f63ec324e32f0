import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { modelFacts } from '../models/model-facts.js'
import { modelStatusLines } from '../render/models.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface ModelsStatusFlags extends SharedFlags {
  readonly check?: boolean
  readonly plain?: boolean
}

/** `mayros models status`: what answers by itself, and with which keys. With `--check` a missing key is an error. */
export async function modelsStatus(context: CommandContext, flags: ModelsStatusFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const facts = await withGateway(access, (client) => modelFacts(client, access.timeoutMs))
  if (context.json) {
    const { models: _, ...status } = facts
    context.printJson({ configPath: access.environment.configPath, ...status })
  } else if (flags.plain === true) context.print(facts.resolvedDefault)
  else context.print(modelStatusLines(facts, context.deps.now()))
  const isMissing = facts.auth.missingProvidersInUse.length > 0
  return flags.check === true && isMissing ? exitCodes.failed : exitCodes.ok
}
