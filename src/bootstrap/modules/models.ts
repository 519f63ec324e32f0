import { join } from 'node:path'
import { FileDocument } from '../../adapters/document-file/file-document.js'
import { providerTable } from '../../adapters/runner-ai-sdk/provider-table.js'
import { TableKeys } from '../../adapters/runner-ai-sdk/table-keys.js'
import { Cooldowns } from '../../application/models/cooldowns.js'
import { FallbackRunner, type ModelSwitch } from '../../application/models/fallback-runner.js'
import { LiveCatalog } from '../../application/models/live-catalog.js'
import { RunModels } from '../../application/models/run-models.js'
import type { RunnerRequest } from '../../application/ports/agent-runner.js'
import type { DeskReference } from '../../application/runs/desk-reference.js'
import { formatModelRef } from '../../domain/model/model-ref.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Which models there are, who may be asked with which key, and who is asked when one cannot answer. */
export const models: Module = (bindings) => {
  bindings.factory(
    tokens.providerKeys,
    (live, environment) => new TableKeys(providerTable(live.config.models, environment, live.config.auth)),
    [tokens.live, tokens.environment],
  )
  bindings.factory(
    tokens.cooldownDocument,
    ({ stateDir }) => new FileDocument(join(stateDir, 'run', 'model-cooldowns.json')),
    [tokens.system],
  )
  bindings.factory(
    tokens.cooldowns,
    (document, clock, log) => new Cooldowns({ document, clock, log: log.child('agent') }),
    [tokens.cooldownDocument, tokens.clock, tokens.log],
  )
  bindings.factory(tokens.modelCatalog, (live, runner, keys) => new LiveCatalog(live, runner, keys), [
    tokens.live,
    tokens.agentRunner,
    tokens.providerKeys,
  ])
  bindings.factory(
    tokens.runModels,
    (live, catalog, agents, log) => new RunModels(live, catalog, agents, log.child('agent')),
    [tokens.live, tokens.modelCatalog, tokens.agents, tokens.log],
  )
  bindings.factory(
    tokens.fallbackRunner,
    (runner, keys, cooldowns, metrics, clock, log, runModels, desk) =>
      new FallbackRunner({
        runner,
        keys,
        cooldowns,
        metrics,
        clock,
        log: log.child('agent'),
        settingsOf: (model) => runModels.settingsOf(model),
        switched: (request, change) => tellSwitch(desk, request, change),
      }),
    [
      tokens.agentRunner,
      tokens.providerKeys,
      tokens.cooldowns,
      tokens.metrics,
      tokens.clock,
      tokens.log,
      tokens.runModels,
      tokens.deskReference,
    ],
  )
}

/** Whoever watches the run hears that somebody else answers now. */
function tellSwitch(desk: DeskReference, { runId, sessionKey }: RunnerRequest, change: ModelSwitch): void {
  if (sessionKey === null) return
  const run = desk.current.runsOf(sessionKey).find(({ record }) => record.runId === runId)
  const { phase, selected, active, reason } = change
  run?.narrator.fallback({
    phase,
    selected: formatModelRef(selected),
    active: formatModelRef(active),
    ...(reason === undefined ? {} : { reason }),
  })
}
