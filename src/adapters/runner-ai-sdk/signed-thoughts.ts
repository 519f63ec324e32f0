import type { LanguageModelV3Prompt, LanguageModelV3StreamPart } from '@ai-sdk/provider'

type AssistantContent = Extract<LanguageModelV3Prompt[number], { role: 'assistant' }>['content']
type Thought = Extract<AssistantContent[number], { type: 'reasoning' }>

/** Calls whose thoughts are kept; a run that goes on after a restart does without. */
const MAX_CALLS = 512

/**
 * Keeps what a model thought before it asked for tools, with the provider's signature. Anthropic refuses to go on
 * thinking when the thoughts that led to the calls are missing: docs.anthropic.com, extended thinking with tool use.
 */
export class SignedThoughts {
  readonly #byCall = new Map<string, readonly Thought[]>()

  /** Follows one answer. Call it with every part. */
  follow(runId: string): (part: LanguageModelV3StreamPart) => void {
    const thoughts = new Map<string, Thought>()
    return (part) => {
      if (part.type === 'reasoning-start' || part.type === 'reasoning-delta' || part.type === 'reasoning-end') {
        const { text, providerOptions } = thoughts.get(part.id) ?? { text: '', providerOptions: {} }
        const more = part.type === 'reasoning-delta' ? part.delta : ''
        const signed = { ...providerOptions, ...part.providerMetadata }
        thoughts.set(part.id, { type: 'reasoning', text: text + more, providerOptions: signed })
      } else if (part.type === 'tool-call' && thoughts.size > 0) {
        this.#keep(`${runId} ${part.toolCallId}`, [...thoughts.values()])
      }
    }
  }

  /** The prompt with the thoughts of this run in front of the calls they led to. */
  restored(prompt: LanguageModelV3Prompt, runId: string): LanguageModelV3Prompt {
    if (this.#byCall.size === 0) return prompt
    return prompt.map((message) => {
      if (message.role !== 'assistant') return message
      const call = message.content.find((part) => part.type === 'tool-call')
      const thoughts = call === undefined ? undefined : this.#byCall.get(`${runId} ${call.toolCallId}`)
      return thoughts === undefined ? message : { ...message, content: [...thoughts, ...message.content] }
    })
  }

  #keep(call: string, thoughts: readonly Thought[]): void {
    this.#byCall.set(call, thoughts)
    const oldest = this.#byCall.size > MAX_CALLS ? this.#byCall.keys().next().value : undefined
    if (oldest !== undefined) this.#byCall.delete(oldest)
  }
}

/** Whether the model may think: not in the middle of a turn whose thoughts are gone. */
export function mayThink(prompt: LanguageModelV3Prompt): boolean {
  if (prompt.at(-1)?.role !== 'tool') return true
  const asked = prompt.findLast((message) => message.role === 'assistant')
  return asked?.role === 'assistant' && asked.content[0]?.type === 'reasoning'
}
