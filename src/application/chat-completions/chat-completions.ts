import type { ChatBody } from '../../domain/openai/chat-body.js'
import type { ChatHead } from '../../domain/openai/chat-completion.js'
import { readChatMessages } from '../../domain/openai/chat-input.js'
import type { AgentCallListener, AgentCalls, AgentCallUnderWay } from '../agent-calls/agent-call.js'
import { refuseTakenNames } from '../agent-calls/refuse-taken-names.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import { conversationOfInput } from '../responses/conversation-of-input.js'
import type { InputContents } from '../responses/input-contents.js'
import { thinkingOfEffort } from '../responses/settings-of-body.js'
import { toolsOfBody } from '../responses/tools-of-body.js'
import type { OwnTools } from '../tools/own-tools.js'
import { chatSettings, chatTools } from './chat-settings.js'

/** What a program asks for. */
export interface ChatOrder {
  readonly body: ChatBody
  readonly agentId: string
  /** Canonical key of the caller's own session; null = a session of its own for this request. */
  readonly sessionKey: string | null
  /** Ends the fetching of pictures. */
  readonly signal?: AbortSignal
}

export interface ChatCompletionsParts {
  readonly calls: AgentCalls
  readonly contents: InputContents
  readonly ownTools: Pick<OwnTools, 'names'>
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Pick<Ids, 'uuid'>
}

/** Answers programs in the way of Chat Completions. */
export class ChatCompletions {
  readonly #parts: ChatCompletionsParts

  constructor(parts: ChatCompletionsParts) {
    this.#parts = parts
  }

  /** What names a new answer. */
  head(model: string): ChatHead {
    const { ids, clock } = this.#parts
    return { id: `chatcmpl_${ids.uuid()}`, created: Math.floor(clock.now() / 1000), model }
  }

  /**
   * Resolves when the call is accepted. Rejects with an OpenAiRefusal where the request cannot be served, and with a
   * Refusal where no agent can be asked now.
   */
  async begin(order: ChatOrder, listener: AgentCallListener): Promise<AgentCallUnderWay> {
    const { body, agentId } = order
    const { calls, contents, ownTools, clock, ids } = this.#parts
    const offered = toolsOfBody(chatTools(body))
    const items = readChatMessages(body.messages)
    const context = {
      contents: await contents.read(items, order.signal),
      nameOfCall: () => null,
      now: clock.now(),
      place: 'messages',
    }
    const { standing, earlier, turn } = conversationOfInput(items, context)
    const thinking = thinkingOfEffort(body.reasoning_effort)
    const call = {
      agentId,
      sessionKey: order.sessionKey ?? `agent:${agentId}:openai:${ids.uuid()}`,
      earlier,
      turn,
      ...(standing === '' ? {} : { instructions: standing }),
      ...offered,
      settings: chatSettings(body),
      ...(thinking === undefined ? {} : { thinking }),
    }
    await refuseTakenNames(call, ownTools)
    return calls.start(call, listener)
  }
}
