import type { TokenUsage } from '../session/transcript.js'
import type { ResponseIds } from './response-ids.js'
import {
  type OutputItem,
  type OutputText,
  type ResponseHead,
  type ResponseObject,
  responseUsage,
} from './response-object.js'

/** One event of a stream. `sequence_number` counts from 0 without a gap. */
export type ResponseEvent = { readonly type: string; readonly sequence_number: number } & Readonly<
  Record<string, unknown>
>

/** How an answer ended. */
export interface NarratedEnd {
  readonly text: string
  /** Calls of the caller's tools. */
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  readonly stopReason: 'stop' | 'length' | 'toolUse'
  readonly usage: TokenUsage | null
}

export interface NarrationOptions {
  /** Whether what the model thinks is told, as a summary in front of the answer. */
  readonly isThinkingTold: boolean
  emit(event: ResponseEvent): void
}

type Closing = 'completed' | 'incomplete'

/** Tells an answer as it comes in the events of the Responses API, and makes the response object of it in the end. */
export class ResponseNarration {
  readonly #head: ResponseHead
  readonly #ids: ResponseIds
  readonly #options: NarrationOptions
  readonly #output: OutputItem[] = []
  #sequence = 0
  /** What is being said, and said so far; the item is the last of the output. */
  #open: { readonly kind: 'reasoning' | 'message'; readonly id: string; text: string } | null = null
  #said = ''
  #isStepped = false

  constructor(head: ResponseHead, ids: ResponseIds, options: NarrationOptions) {
    this.#head = head
    this.#ids = ids
    this.#options = options
  }

  begin(): void {
    this.#emit('response.created', { response: this.#response('in_progress') })
    this.#emit('response.in_progress', { response: this.#response('in_progress') })
  }

  /** Only what is thought before the first word is told. */
  thinking(delta: string): void {
    if (!this.#options.isThinkingTold || this.#said !== '') return
    const open = this.#open ?? this.#beginReasoning()
    open.text += delta
    this.#emit('response.reasoning_summary_text.delta', { ...this.#place(open.id), summary_index: 0, delta })
  }

  text(delta: string): void {
    const gap = this.#isStepped && this.#said !== '' ? '\n\n' : ''
    this.#isStepped = false
    this.#say(gap + delta)
  }

  /** What is said from now on is a new paragraph. */
  stepped(): void {
    this.#isStepped = true
  }

  /** Says what has not been said yet, all but the last word. `completedAtMs` is Unix time. */
  finish(end: NarratedEnd, completedAtMs: number): ResponseObject {
    const rest = end.text.startsWith(this.#said) ? end.text.slice(this.#said.length) : ''
    if (rest !== '') this.#say(rest)
    const closing = end.stopReason === 'length' ? 'incomplete' : 'completed'
    if (this.#said === '' && end.calls.length === 0) {
      this.#close('completed')
      this.#beginMessage()
    }
    this.#close(closing)
    for (const call of end.calls) this.#tellCall(call)
    return {
      ...this.#response(closing),
      completed_at: closing === 'completed' ? Math.floor(completedAtMs / 1000) : null,
      incomplete_details: closing === 'incomplete' ? { reason: 'max_output_tokens' } : null,
      usage: responseUsage(end.usage),
    }
  }

  /** The last word, with what `finish` returned. */
  conclude(response: ResponseObject): void {
    this.#emit(`response.${response.status}`, { response })
  }

  /** The last word when there is no answer. `code` is one of OpenAI's. */
  fail(code: string, message: string): ResponseObject {
    this.#close('incomplete')
    const response: ResponseObject = { ...this.#response('failed'), error: { code, message } }
    this.#emit('error', { code, message, param: null })
    this.#emit('response.failed', { response })
    return response
  }

  #say(delta: string): void {
    if (this.#open?.kind === 'reasoning') this.#close('completed')
    const open = this.#open ?? this.#beginMessage()
    open.text += delta
    this.#said += delta
    this.#emit('response.output_text.delta', { ...this.#place(open.id), content_index: 0, delta, logprobs: [] })
  }

  #beginReasoning() {
    const id = this.#ids.output('rs', this.#output.length)
    this.#add({ type: 'reasoning', id, summary: [], status: 'in_progress' })
    const part = { type: 'summary_text', text: '' }
    this.#emit('response.reasoning_summary_part.added', { ...this.#place(id), summary_index: 0, part })
    this.#open = { kind: 'reasoning', id, text: '' }
    return this.#open
  }

  #beginMessage() {
    const id = this.#ids.output('msg', this.#output.length)
    this.#add({ type: 'message', id, status: 'in_progress', role: 'assistant', content: [] })
    this.#emit('response.content_part.added', { ...this.#place(id), content_index: 0, part: outputText('') })
    this.#open = { kind: 'message', id, text: '' }
    return this.#open
  }

  #close(status: Closing): void {
    const open = this.#open
    this.#open = null
    if (open === null) return
    const { id, text } = open
    if (open.kind === 'reasoning') {
      const part = { type: 'summary_text', text } as const
      this.#emit('response.reasoning_summary_text.done', { ...this.#place(id), summary_index: 0, text })
      this.#emit('response.reasoning_summary_part.done', { ...this.#place(id), summary_index: 0, part })
      this.#finish({ type: 'reasoning', id, summary: [part], status })
    } else {
      const part = outputText(text)
      this.#emit('response.output_text.done', { ...this.#place(id), content_index: 0, text, logprobs: [] })
      this.#emit('response.content_part.done', { ...this.#place(id), content_index: 0, part })
      this.#finish({ type: 'message', id, status, role: 'assistant', content: [part] })
    }
  }

  #tellCall({ id: call_id, name, arguments: given }: NarratedEnd['calls'][number]): void {
    const id = this.#ids.output('fc', this.#output.length)
    const item = { type: 'function_call', id, call_id, name } as const
    this.#add({ ...item, status: 'in_progress', arguments: '' })
    this.#emit('response.function_call_arguments.delta', { ...this.#place(id), delta: given })
    this.#emit('response.function_call_arguments.done', { ...this.#place(id), name, arguments: given })
    this.#finish({ ...item, status: 'completed', arguments: given })
  }

  #add(item: OutputItem): void {
    this.#output.push(item)
    this.#emit('response.output_item.added', { output_index: this.#output.length - 1, item })
  }

  #finish(item: OutputItem): void {
    this.#output[this.#output.length - 1] = item
    this.#emit('response.output_item.done', { output_index: this.#output.length - 1, item })
  }

  #place(id: string) {
    return { item_id: id, output_index: this.#output.length - 1 }
  }

  #response(status: ResponseObject['status']): ResponseObject {
    const output = [...this.#output]
    return { ...this.#head, status, completed_at: null, error: null, incomplete_details: null, output, usage: null }
  }

  #emit(type: string, facts: Readonly<Record<string, unknown>>): void {
    this.#options.emit({ type, sequence_number: this.#sequence, ...facts })
    this.#sequence += 1
  }
}

function outputText(text: string): OutputText {
  return { type: 'output_text', text, annotations: [], logprobs: [] }
}
