import { messageOf } from '../../../domain/failure.js'
import { stripReplyTags } from '../../../domain/session/reply-tags.js'
import { type Channel, ChannelFailure, type ChatPlace } from '../../ports/channel.js'
import type { Clock, Timer } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import type { AnswerListener } from '../../runs/run-narrator.js'

/** How often a message that shows the answer so far is changed, in milliseconds; networks allow about one a second. */
const PREVIEW_MS = 1_500
const CALL_MS = 15_000

/** How much of an answer is seen while it is written. */
export interface LiveAnswerSettings {
  /** When typing is shown: from the beginning, from the first word or thought, from the first word, never. */
  readonly typing: 'instant' | 'thinking' | 'message' | 'never'
  readonly typingMs: number
  /** Show the answer so far in one message that is changed. */
  readonly isPreviewed: boolean
  /** Takes finished parts of the answer, to be sent at once; absent = everything comes at the end. */
  readonly blocks?: {
    /**
     * Characters of the text, from its beginning, that can be sent now; 0 = nothing yet.
     * @param isQuiet nothing was written for `quietMs`, so that less may be enough
     */
    readonly ripe: (unsaid: string, isQuiet: boolean) => number
    readonly quietMs: number
    readonly say: (text: string) => void
  }
  /** Whether a text that has just begun may still turn out to be nothing to say. */
  readonly mayBeSilence: (text: string) => boolean
  /** What is shown of a text that is not complete; cut to what one message takes. */
  readonly shown: (text: string) => string
}

export interface LiveAnswerParts {
  /** Null while the account does not run. */
  readonly channel: () => Channel | null
  readonly place: ChatPlace
  readonly settings: LiveAnswerSettings
  readonly clock: Clock
  readonly log: Log
}

/**
 * Shows people that an answer is being written, and what there is of it. Everything here is for the moment: the answer
 * itself is delivered from the outbox, whatever becomes of this.
 */
export class LiveAnswer implements AnswerListener {
  readonly #parts: LiveAnswerParts
  #text = ''
  /** Characters of the text that were handed on as blocks. */
  #said = 0
  /** What was said before the tools are used was handed on already. */
  #hasSaidSteps = false
  #typing: Timer | undefined
  #quiet: Timer | undefined
  #isOver = false
  #preview: { readonly messageId: string; text: string } | undefined
  #isPreviewing: boolean
  #previewTimer: Timer | undefined
  /** The call that shows a preview, while one is under way. */
  #call: Promise<void> | undefined

  constructor(parts: LiveAnswerParts) {
    this.#parts = parts
    this.#isPreviewing = parts.settings.isPreviewed
  }

  /** Null while the account does not run. */
  get channel(): Channel | null {
    return this.#parts.channel()
  }

  /** The run was taken. */
  begin(): void {
    if (this.#parts.settings.typing === 'instant') this.#showTyping()
  }

  text(delta: string): void {
    if (this.#isOver) return
    this.#text += delta
    if (this.#parts.settings.mayBeSilence(this.#text.trim())) return
    if (this.#parts.settings.typing !== 'never') this.#showTyping()
    this.#sayRipe(false)
    this.#awaitQuiet()
    if (this.#isPreviewing) this.#schedulePreview()
  }

  thinking(): void {
    if (!this.#isOver && this.#parts.settings.typing === 'thinking') this.#showTyping()
  }

  stepped(): void {
    const { blocks, mayBeSilence } = this.#parts.settings
    const unsaid = this.#text.slice(this.#said).trim()
    if (blocks !== undefined && unsaid !== '' && !mayBeSilence(this.#text.trim())) blocks.say(unsaid)
    if (blocks !== undefined && this.#text.trim() !== '') this.#hasSaidSteps = true
    this.#text = ''
    this.#said = 0
  }

  /** What of an answer is still to be sent; nothing is shown after this. */
  conclude(answer: string): string {
    this.end()
    if (this.#hasSaidSteps && this.#text.trim() === '') return ''
    const said = stripReplyTags(this.#text.slice(0, this.#said)).trim()
    return said !== '' && answer.startsWith(said) ? answer.slice(said.length).trim() : answer
  }

  /** Shows nothing any more. */
  end(): void {
    this.#isOver = true
    this.#typing?.cancel()
    this.#quiet?.cancel()
    this.#previewTimer?.cancel()
  }

  /** The message that shows the answer so far, when no change of it is under way; null = there is none. */
  async previewed(): Promise<string | null> {
    await this.#call
    return this.#preview?.messageId ?? null
  }

  #showTyping(): void {
    if (this.#typing !== undefined || this.#isOver) return
    this.#typing = this.#parts.clock.every(this.#parts.settings.typingMs, () => this.#type())
    this.#type()
  }

  #type(): void {
    const channel = this.#parts.channel()
    if (channel?.typing === undefined || !channel.capabilities.typing) return
    channel.typing(this.#parts.place).catch((thrown: unknown) => this.#quietly('typing could not be shown', thrown))
  }

  #awaitQuiet(): void {
    const { blocks } = this.#parts.settings
    if (blocks === undefined) return
    this.#quiet?.cancel()
    this.#quiet = this.#parts.clock.after(blocks.quietMs, () => this.#sayRipe(true))
  }

  #sayRipe(isQuiet: boolean): void {
    const { blocks } = this.#parts.settings
    if (blocks === undefined) return
    const unsaid = this.#text.slice(this.#said)
    const length = blocks.ripe(unsaid, isQuiet)
    if (length === 0) return
    this.#said += length
    const block = unsaid.slice(0, length).trim()
    if (block !== '') blocks.say(block)
  }

  #schedulePreview(): void {
    if (this.#previewTimer !== undefined || this.#call !== undefined) return
    const delayMs = this.#preview === undefined ? 0 : PREVIEW_MS
    this.#previewTimer = this.#parts.clock.after(delayMs, () => {
      this.#previewTimer = undefined
      this.#call = this.#show().finally(() => {
        this.#call = undefined
        if (!this.#isOver && this.#isPreviewing && this.#hasNews()) this.#schedulePreview()
      })
    })
  }

  #hasNews(): boolean {
    return this.#preview === undefined || this.#preview.text !== this.#shown()
  }

  #shown(): string {
    return this.#parts.settings.shown(this.#text)
  }

  /** Never rejects. */
  async #show(): Promise<void> {
    const { channel: find, place, clock } = this.#parts
    const channel = find()
    const text = this.#shown()
    if (channel?.edit === undefined || !channel.capabilities.edits || text === '' || this.#isOver) return
    const stop = new AbortController()
    const limit = clock.after(CALL_MS, () => stop.abort())
    try {
      if (this.#preview === undefined) {
        const { messageId } = await channel.send({ place, text, isSilent: true }, stop.signal)
        if (messageId === '') this.#isPreviewing = false
        else this.#preview = { messageId, text }
      } else if (this.#preview.text !== text) {
        await channel.edit(place, this.#preview.messageId, text, stop.signal)
        this.#preview.text = text
      }
    } catch (thrown) {
      const isPassing = thrown instanceof ChannelFailure && thrown.code === 'rate-limited'
      if (!isPassing || this.#preview === undefined) this.#isPreviewing = false
      this.#quietly('the answer so far could not be shown', thrown)
    } finally {
      limit.cancel()
    }
  }

  #quietly(message: string, thrown: unknown): void {
    this.#parts.log.debug(message, { chatId: this.#parts.place.chatId, error: messageOf(thrown) })
  }
}
