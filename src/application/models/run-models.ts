import type { AgentDirectory, ModelChoice } from '../../domain/config/agent-directory.js'
import type { AgentProfile } from '../../domain/config/agents.js'
import { chooseModel } from '../../domain/model/choose-model.js'
import { standardThinking } from '../../domain/model/thinking-level.js'
import type { RunRecord } from '../../domain/run/run.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import { RunnerFailure } from '../ports/agent-runner.js'
import type { Log } from '../ports/log.js'
import type { LiveConfig } from '../reload/live-config.js'
import type { RequestSettings } from './fallback-runner.js'
import type { LiveCatalog } from './live-catalog.js'

/** What a run is about, as far as its model is concerned. */
export interface ModelQuestion {
  readonly run: Pick<RunRecord, 'runId' | 'agentId' | 'request'>
  readonly agent: Pick<AgentProfile, 'model' | 'fallbackModels'>
  readonly session: Pick<SessionEntry, 'providerOverride' | 'modelOverride'> | null
}

/** Decides what answers a run, by the snapshot in force. */
export class RunModels {
  readonly #live: LiveConfig
  readonly #catalog: LiveCatalog
  readonly #agents: AgentDirectory
  readonly #log: Log

  constructor(live: LiveConfig, catalog: LiveCatalog, agents: AgentDirectory, log: Log) {
    this.#live = live
    this.#catalog = catalog
    this.#agents = agents
    this.#log = log
  }

  /**
   * @param wished what somebody wants for this run alone
   * @throws RunnerFailure `unknown-model` for a wish that is not allowed
   */
  modelsFor(question: ModelQuestion, wished?: string): { primary: ModelChoice; fallbacks: readonly ModelChoice[] } {
    const { run, agent, session } = question
    const { providerOverride: provider, modelOverride: model } = session ?? {}
    const chosen = chooseModel(
      {
        agent,
        standard: this.#agents.modelOf(run.agentId),
        needsPictures: (run.request.attachments?.length ?? 0) > 0,
        ...(wished === undefined ? {} : { run: wished }),
        ...(provider === undefined || model === undefined ? {} : { session: { provider, model } }),
      },
      this.#live.config,
      this.#catalog.current,
    )
    if (!chosen.ok) throw new RunnerFailure('unknown-model', chosen.message)
    const { primary, fallbacks, passedOver } = chosen
    if (passedOver !== undefined) {
      this.#log.warn('model of the session is passed over', { runId: run.runId, reason: passedOver })
    }
    return { primary, fallbacks }
  }

  /** What a request to this model says where neither run nor session does. */
  settingsOf(model: ModelChoice): RequestSettings {
    const catalog = this.#catalog.current
    const thinking = standardThinking(this.#live.config.agents.defaults.thinkingDefault, catalog.find(model))
    const params = catalog.paramsOf(model)
    return { ...(thinking === undefined ? {} : { thinking }), ...(params === undefined ? {} : { params }) }
  }
}
