import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type ListedModel, modelFacts } from '../models/model-facts.js'
import { modelLines } from '../render/models.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface ModelsListFlags extends SharedFlags {
  readonly all?: boolean
  readonly provider?: string
  readonly plain?: boolean
}

/** `mayros models list`: what may be chosen, or everything that is known. */
export async function modelsList(context: CommandContext, flags: ModelsListFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const facts = await withGateway(access, (client) => modelFacts(client, access.timeoutMs))
  const wanted = flags.provider?.toLowerCase()
  const models = facts.models.filter(
    (model) =>
      (flags.all === true || model.allowed) && (wanted === undefined || model.provider.toLowerCase() === wanted),
  )
  if (context.json) context.printJson({ count: models.length, models: models.map(documentOf) })
  else if (flags.plain === true) context.print(models.map(({ key }) => key))
  else context.print(modelLines(models))
  return exitCodes.ok
}

function documentOf({ key, name, input, contextWindow, available, tags, alias }: ListedModel): object {
  return {
    key,
    name,
    input: input ?? null,
    contextWindow: contextWindow ?? null,
    available,
    missing: !available,
    tags,
    alias,
  }
}
