import { AiSdkRunner } from '../../adapters/runner-ai-sdk/ai-sdk-runner.js'
import { providerTable } from '../../adapters/runner-ai-sdk/provider-table.js'
import type { PromptLimits } from '../../adapters/runner-ai-sdk/system-prompt.js'
import { ECHO_MODEL, EchoRunner } from '../../adapters/runner-echo/echo-runner.js'
import { RunnerByProvider } from '../../application/runs/runner-by-provider.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Who answers: the configured providers, and the echo where there are none. */
export const runners: Module = (bindings) => {
  bindings.factory(
    tokens.providerRunner,
    (live, environment, clock) =>
      new RunnerByProvider(
        new Map([[ECHO_MODEL.provider, new EchoRunner(clock)]]),
        new AiSdkRunner(providerTable(live.config.models, environment, live.config.auth), clock, () =>
          promptLimits(live.config),
        ),
      ),
    [tokens.live, tokens.environment, tokens.clock],
  )
  bindings.factory(tokens.agentRunner, (runner) => runner, [tokens.providerRunner])
  bindings.factory(
    tokens.fallbackModel,
    (live, environment) => providerTable(live.config.models, environment, live.config.auth).defaultModel ?? ECHO_MODEL,
    [tokens.live, tokens.environment],
  )
  bindings.factory(
    tokens.rebuildModels,
    (runner, live, environment, clock, keys, cooldowns, catalog) => (config) => {
      const table = providerTable(config.models, environment, config.auth)
      runner.use(new AiSdkRunner(table, clock, () => promptLimits(live.config)))
      keys.use(table)
      cooldowns.configChanged()
      catalog.expire()
      return table.defaultModel ?? ECHO_MODEL
    },
    [
      tokens.providerRunner,
      tokens.live,
      tokens.environment,
      tokens.clock,
      tokens.providerKeys,
      tokens.cooldowns,
      tokens.modelCatalog,
    ],
  )
}

function promptLimits({ agents }: GatewayConfig): PromptLimits {
  const { bootstrapMaxChars, bootstrapTotalMaxChars } = agents.defaults
  return { file: bootstrapMaxChars, total: bootstrapTotalMaxChars }
}
