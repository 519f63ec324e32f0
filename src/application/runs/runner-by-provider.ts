import type { AgentRunner, ModelInfo, RunnerPart, RunnerRequest } from '../ports/agent-runner.js'

/** Lets each provider's models be answered by the runner that speaks to it. */
export class RunnerByProvider implements AgentRunner {
  readonly #special: ReadonlyMap<string, AgentRunner>
  #otherwise: AgentRunner

  /** @param special runners of single providers; everything else goes to `otherwise` */
  constructor(special: ReadonlyMap<string, AgentRunner>, otherwise: AgentRunner) {
    this.#special = special
    this.#otherwise = otherwise
  }

  /** Lets another runner answer from now on; answers under way are finished by the one before. */
  use(otherwise: AgentRunner): void {
    this.#otherwise = otherwise
  }

  answer(request: RunnerRequest, signal: AbortSignal): AsyncIterable<RunnerPart> {
    return (this.#special.get(request.model.provider) ?? this.#otherwise).answer(request, signal)
  }

  /** The models people can choose; special runners show theirs only when there is nothing else. */
  models(): readonly ModelInfo[] {
    const usual = this.#otherwise.models()
    return usual.length > 0 ? usual : [...this.#special.values()].flatMap((runner) => runner.models())
  }
}
