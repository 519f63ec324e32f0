import type { AgentProfile } from './agents.js'

/** A model, taken apart. */
export interface ModelChoice {
  readonly provider: string
  readonly model: string
}

/** Reads `provider/model`; the model part may contain slashes. */
export function parseModelRef(ref: string): ModelChoice | null {
  const slash = ref.indexOf('/')
  if (slash <= 0 || slash === ref.length - 1) return null
  return { provider: ref.slice(0, slash), model: ref.slice(slash + 1) }
}

/** Who answers, and with which model. */
export class AgentDirectory {
  #agents: readonly AgentProfile[] = []
  #byId: ReadonlyMap<string, AgentProfile> = new Map()
  #fallbackModel: ModelChoice

  /** @param fallbackModel answers for agents that name no model */
  constructor(agents: readonly AgentProfile[], fallbackModel: ModelChoice) {
    this.#fallbackModel = fallbackModel
    this.adopt(agents, fallbackModel)
  }

  /** Takes over other agents and another model; who asked before keeps what they got. */
  adopt(agents: readonly AgentProfile[], fallbackModel: ModelChoice): void {
    if (agents.length === 0) throw new RangeError('there must be at least one agent')
    this.#agents = agents
    this.#byId = new Map(agents.map((agent) => [agent.id, agent]))
    this.#fallbackModel = fallbackModel
  }

  /** Default agent first; never empty. */
  get agents(): readonly AgentProfile[] {
    return this.#agents
  }

  get defaultAgent(): AgentProfile {
    return this.#agents[0] as AgentProfile
  }

  find(agentId: string): AgentProfile | undefined {
    return this.#byId.get(agentId.toLowerCase())
  }

  /** The model an agent answers with when its session does not say otherwise. */
  modelOf(agentId: string): ModelChoice {
    const ref = this.find(agentId)?.model
    return (ref === undefined ? null : parseModelRef(ref)) ?? this.#fallbackModel
  }
}
