import type { GatewayConfig } from '../../domain/config/config.js'
import type { LoopRules } from '../../domain/run/loop-detection.js'
import type { AssistantMessage, TranscriptMessage, UserMessage } from '../../domain/session/transcript.js'
import type { RunnerRequest } from '../ports/agent-runner.js'
import type { Ids } from '../ports/ids.js'
import type { OfferedTools } from '../tools/tool-registry.js'
import { type ToolNeeds, UseTools } from '../tools/use-tools.js'
import { type AskedCall, CallIds } from './asked-call.js'
import type { MemoryKeeping, RunHooks } from './run-hooks.js'
import type { Finish } from './scene.js'

export interface MemoryFlushParts extends ToolNeeds {
  readonly ask: NonNullable<RunHooks['ask']>
  readonly ids: Ids
  readonly settings: () => GatewayConfig['agents']['defaults']['compaction']['memoryFlush']
  /** Whether so many tokens more would make a compaction necessary. */
  readonly isNear: (
    history: readonly TranscriptMessage[],
    model: RunnerRequest['model'],
    marginTokens: number,
  ) => boolean
  readonly prepareHistory: NonNullable<RunHooks['prepareHistory']>
  readonly loopRules: (agentId: string) => LoopRules
  /** Makes durable what the calls took. */
  readonly spent: (finish: Finish, facts: MemoryKeeping) => Promise<void>
}

/** All it needs for its notes; anything else could be seen outside. */
const NOTE_TOOLS: ReadonlySet<string> = new Set(['read', 'write', 'edit'])
const MOST_CALLS = 8
/** The person who asked waits behind it, in milliseconds. */
const LONGEST_MS = 120_000
/** Sessions that are remembered to have been flushed. */
const MOST_REMEMBERED = 1_000

const SYSTEM = 'This turn is for your notes only: nobody reads what you answer to it.'

function standardPrompt(day: string): string {
  return [
    'The older part of this conversation will soon give way to a summary.',
    `If it holds anything that should outlast that (decisions, facts about people, open tasks), add it to memory/${day}.md`,
    'in your workspace now, keeping what is there, and change nothing else. Answer with one word when you are done.',
  ].join(' ')
}

/**
 * Lets an agent write down what matters before its conversation is compacted: a turn that nobody sees, with tools for
 * files and nothing else, once for each compaction. It is kept in no transcript, and its failure stops nothing.
 */
export class MemoryFlush {
  readonly #parts: MemoryFlushParts
  /** By transcript. */
  readonly #flushed = new Set<string>()

  constructor(parts: MemoryFlushParts) {
    this.#parts = parts
  }

  /** Never rejects. */
  async keep(facts: MemoryKeeping): Promise<void> {
    const { settings, log, clock } = this.#parts
    const offered = forNotes(facts.tools)
    if (!settings().enabled || offered.find('write') === undefined || !this.#isDue(facts)) return
    const late = new AbortController()
    const timer = clock.after(LONGEST_MS, () => late.abort())
    try {
      await this.#turn(facts, offered, AbortSignal.any([facts.signal, late.signal]))
    } catch (thrown) {
      if (!facts.signal.aborted) {
        log.warn('the agent could not write its notes before a compaction', { runId: facts.run.runId, err: thrown })
      }
    } finally {
      timer.cancel()
    }
  }

  /** Once, until the conversation has become short again. */
  #isDue({ history, models, session }: MemoryKeeping): boolean {
    const { settings, isNear } = this.#parts
    const { sessionId } = session
    const near = isNear(history, models.primary, settings().softThresholdTokens)
    if (!near) this.#flushed.delete(sessionId)
    if (!near || this.#flushed.has(sessionId)) return false
    this.#flushed.add(sessionId)
    const [oldest] = this.#flushed
    if (this.#flushed.size > MOST_REMEMBERED && oldest !== undefined) this.#flushed.delete(oldest)
    return true
  }

  async #turn(facts: MemoryKeeping, offered: OfferedTools, signal: AbortSignal): Promise<void> {
    const { settings, clock, ids, prepareHistory } = this.#parts
    const day = new Date(clock.now()).toISOString().slice(0, 10)
    const prompt = settings().prompt ?? standardPrompt(day)
    const tools = this.#toolsFor(facts, offered, signal)
    const callIds = new CallIds()
    const runId = ids.uuid()
    let said: readonly TranscriptMessage[] = []
    for (let calls = 1; calls <= MOST_CALLS; calls++) {
      const history = prepareHistory([...facts.history, ...said], facts.models.primary, facts.session)
      const request: RunnerRequest = {
        runId,
        agentId: facts.agent.id,
        sessionKey: facts.session.key,
        model: facts.models.primary,
        workspace: facts.agent.workspace,
        extraSystemPrompt: settings().systemPrompt ?? SYSTEM,
        history,
        message: said.length === 0 ? prompt : null,
        tools: offered.specs,
      }
      const answer = await this.#answer(request, facts, callIds, signal)
      if (answer.calls.length === 0) return
      const { results } = await tools.use(answer.calls)
      signal.throwIfAborted()
      const question: readonly TranscriptMessage[] = said.length === 0 ? [asked(prompt, clock.now())] : []
      said = [...said, ...question, stepOf(answer, clock.now()), ...results]
    }
  }

  async #answer(request: RunnerRequest, facts: MemoryKeeping, ids: CallIds, signal: AbortSignal): Promise<NoteStep> {
    const calls: AskedCall[] = []
    let text = ''
    for await (const part of this.#parts.ask(request, facts.models.fallbacks, signal)) {
      if (part.type === 'text') text += part.delta
      else if (part.type === 'tool.call') calls.push(ids.asked(part))
      else if (part.type === 'finish') {
        await this.#parts.spent(part, facts)
        return { text: text.trim(), calls, finish: part }
      }
    }
    signal.throwIfAborted()
    throw new Error('the model stopped without finishing its answer')
  }

  #toolsFor({ run, agent, session }: MemoryKeeping, offered: OfferedTools, signal: AbortSignal): UseTools {
    const { isOwner = false, senderId, provenance } = run.request
    const channel = provenance?.sourceChannel
    return new UseTools(
      {
        offered,
        about: {
          runId: run.runId,
          agentId: agent.id,
          sessionKey: session.key,
          workspace: agent.workspace,
          isOwner,
          ...(channel === undefined ? {} : { channel }),
          ...(senderId === undefined ? {} : { senderId }),
        },
        rules: this.#parts.loopRules(agent.id),
        signal,
        tell: () => undefined,
      },
      this.#parts,
    )
  }
}

interface NoteStep {
  readonly text: string
  readonly calls: readonly AskedCall[]
  readonly finish: Finish
}

function forNotes(tools: OfferedTools): OfferedTools {
  return {
    specs: tools.specs.filter(({ name }) => NOTE_TOOLS.has(name)),
    find: (name) => (NOTE_TOOLS.has(name) ? tools.find(name) : undefined),
    isKnown: (name) => tools.isKnown(name),
  }
}

function asked(prompt: string, timestamp: number): UserMessage {
  return { role: 'user', content: [{ type: 'text', text: prompt }], timestamp }
}

function stepOf({ text, calls, finish }: NoteStep, timestamp: number): AssistantMessage {
  return {
    role: 'assistant',
    content: [
      ...(text === '' ? [] : [{ type: 'text' as const, text }]),
      ...calls.map(({ id, name, args }) => ({ type: 'toolCall' as const, id, name, arguments: args })),
    ],
    timestamp,
    provider: finish.provider,
    model: finish.model,
    ...(finish.api === undefined ? {} : { api: finish.api }),
    stopReason: 'toolUse',
  }
}
