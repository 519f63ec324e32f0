import type { CompactionLimits } from '../../domain/session/compaction-limits.js'
import { plainNote, readableParts, summaryPrompt } from '../../domain/session/compaction-words.js'
import { shortened } from '../../domain/session/preview.js'
import type { TranscriptMessage } from '../../domain/session/transcript.js'
import { type AgentRunner, type ModelRef, RunnerFailure } from '../ports/agent-runner.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { Finish } from './scene.js'

/** How long a model may take for one summary, in milliseconds. */
const SUMMARY_TIMEOUT_MS = 180_000

/** What is to be summarised, and how. */
export interface SummaryTask {
  readonly model: ModelRef
  readonly agentId: string
  readonly workspace: string
  /** Oldest first, without dividers. */
  readonly messages: readonly TranscriptMessage[]
  /** Summary of what came before them; empty = none. */
  readonly previous: string
  readonly instructions?: string | undefined
  readonly limits: CompactionLimits
  /** Whether a conversation too long for one request is read in several. Otherwise only its newest part is. */
  readonly inSeveralSteps: boolean
  /** What happens when the model fails: a plain note stands in for the summary, or the failure goes to the caller. */
  readonly onFailure: 'note' | 'throw'
  /** To be told of every answer of the model, also of those that come to nothing. */
  readonly answered: (finish: Finish, runId: string) => void
}

/** Asks a model for summaries. */
export class SummaryWriter {
  readonly #runner: AgentRunner
  readonly #makes: { readonly clock: Clock; readonly ids: Ids; readonly log: Log }

  constructor(runner: AgentRunner, makes: { readonly clock: Clock; readonly ids: Ids; readonly log: Log }) {
    this.#runner = runner
    this.#makes = makes
  }

  /** Rejects when the signal aborts, and with the model's failure where the task says so. */
  async write(task: SummaryTask, signal: AbortSignal): Promise<string> {
    const all = readableParts(task.messages, task.limits.chunk)
    const parts = task.inSeveralSteps ? all : all.slice(-1)
    let summary = task.previous
    for (const [index, part] of parts.entries()) {
      try {
        summary = await this.#ask(task, summary, part.text, signal)
      } catch (thrown) {
        signal.throwIfAborted()
        if (task.onFailure === 'throw') throw thrown
        this.#makes.log.warn('no summary was written; a note stands in for it', { agentId: task.agentId, err: thrown })
        return plainNote(
          parts.slice(index).flatMap(({ messages }) => messages),
          summary,
        )
      }
    }
    return summary === '' ? plainNote(task.messages, '') : summary
  }

  async #ask(task: SummaryTask, previous: string, part: string, signal: AbortSignal): Promise<string> {
    const { model, agentId, workspace, instructions, limits } = task
    const message = summaryPrompt({ previous, part, instructions, maxTokens: limits.summary })
    const runId = this.#makes.ids.uuid()
    const slow = new AbortController()
    const timer = this.#makes.clock.after(SUMMARY_TIMEOUT_MS, () => slow.abort())
    try {
      const request = { runId, agentId, sessionKey: null, model, workspace, history: [], message }
      const { text, finish } = await this.#answer(request, AbortSignal.any([signal, slow.signal]))
      task.answered(finish, runId)
      if (text !== '') return shortened(text, limits.summary * 8)
      throw new RunnerFailure('provider', `${model.provider}/${model.model} gave an empty summary`)
    } catch (thrown) {
      if (!slow.signal.aborted) throw thrown
      const seconds = SUMMARY_TIMEOUT_MS / 1000
      throw new RunnerFailure('timeout', `${model.provider}/${model.model} wrote no summary within ${seconds} seconds`)
    } finally {
      timer.cancel()
    }
  }

  async #answer(
    request: Parameters<AgentRunner['answer']>[0],
    signal: AbortSignal,
  ): Promise<{ readonly text: string; readonly finish: Finish }> {
    let text = ''
    for await (const part of this.#runner.answer(request, signal)) {
      if (part.type === 'text') text += part.delta
      else if (part.type === 'finish') return { text: text.trim(), finish: part }
    }
    signal.throwIfAborted()
    const { provider, model } = request.model
    throw new RunnerFailure('provider', `${provider}/${model} stopped without finishing its summary`)
  }
}
