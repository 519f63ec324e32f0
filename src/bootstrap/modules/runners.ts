import { AiSdkRunner } from '../../adapters/runner-ai-sdk/ai-sdk-runner.js'
import { providerTable } from '../../adapters/runner-ai-sdk/provider-table.js'
import { ECHO_MODEL, EchoRunner } from '../../adapters/runner-echo/echo-runner.js'
import { RunnerByProvider } from '../../application/runs/runner-by-provider.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Who answers: the configured providers, and the echo where there are none. */
export const runners: Module = (bindings) => {
  bindings.factory(
    tokens.agentRunner,
    ({ config }, environment, clock) =>
      new RunnerByProvider(
        new Map([[ECHO_MODEL.provider, new EchoRunner(clock)]]),
        new AiSdkRunner(providerTable(config.models, environment), clock),
      ),
    [tokens.configInUse, tokens.environment, tokens.clock],
  )
  bindings.factory(
    tokens.fallbackModel,
    ({ config }, environment) => providerTable(config.models, environment).defaultModel ?? ECHO_MODEL,
    [tokens.configInUse, tokens.environment],
  )
}
