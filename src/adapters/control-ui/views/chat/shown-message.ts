import { html, nothing, type TemplateResult } from 'lit'
import { chat } from '../../strings/en/chat.js'
import type { Aside, Conversation, OwnMessage } from './conversation.js'
import { type HistoryBlock, type HistoryMessage, textOf } from './history-message.js'
import type { LivePart, LiveRun } from './live-run.js'
import { outputText } from './output-text.js'
import type { ShownTool } from './tool-card.js'
import './chat-picture.js'
import './markdown.js'
import './tool-card.js'
import '../../elements/relative-time.js'

/** A message of the history; nothing for a tool's result that is shown with its call. */
export function shownMessage(
  message: HistoryMessage,
  place: number,
  conversation: Conversation,
): TemplateResult | typeof nothing {
  const { role, timestamp, errorMessage, stopReason, toolCallId, toolName = '' } = message
  if (role === 'system') return html`<p class="divider"><span>${chat.divider}</span></p>`
  if (role === 'toolResult') {
    if (toolCallId !== undefined && conversation.history.hasCall(toolCallId)) return nothing
    const card = toolCard(toolOf(toolCallId ?? '', toolName, undefined, message))
    return html`<div class="entry assistant">${card}${pictures(message, place, conversation)}</div>`
  }
  const isUser = role === 'user'
  return html`<article class="entry ${role}" aria-label=${isUser ? chat.you : chat.assistant}>
    ${message.content.map((block, index) => shownBlock(block, { isUser, place, index, conversation }))}
    ${errorMessage === undefined ? nothing : html`<p class="notice danger">${errorMessage}</p>`}
    <p class="about">
      ${stopReason === 'aborted' ? html`<span class="badge warn">${chat.stopped}</span>` : nothing}
      <mayros-time at=${timestamp}></mayros-time>
      ${isUser || message.model === undefined ? nothing : html`<span>${message.model}</span>`}
    </p>
  </article>`
}

/** What this page has sent and the history does not tell. */
export function shownOwn(own: OwnMessage, again: () => void, discard: () => void): TemplateResult {
  const { text, pictures, state, problem = '' } = own
  return html`<article class="entry user" aria-label=${chat.you}>
    ${pictures.map(({ name, content }) => html`<img src=${content} alt=${name} />`)}
    <p class="plain">${text}</p>
    ${state === 'waiting' ? html`<p class="about"><span class="badge info">${chat.waiting}</span></p>` : nothing}
    ${state === 'sending' ? html`<p class="about">${chat.sending}</p>` : nothing}
    ${
      state !== 'failed'
        ? nothing
        : html`<p class="error" role="alert">${chat.notSent(problem)}</p>
            <p class="row">
              <button class="small" @click=${again}>${chat.again}</button>
              <button class="small quiet" @click=${discard}>${chat.discard}</button>
            </p>`
    }
  </article>`
}

/** An answer that no history tells. */
export function shownAside({ text, isProblem }: Aside): TemplateResult {
  return html`<article class="entry assistant" aria-label=${chat.assistant}>
    ${isProblem ? html`<p class="notice danger">${text}</p>` : html`<mayros-markdown .text=${text}></mayros-markdown>`}
  </article>`
}

/** An answer while it comes. */
export function shownRun({ parts }: LiveRun): TemplateResult {
  return html`<article class="entry assistant" aria-label=${chat.assistant} aria-busy="true">
    ${parts.map(shownPart)}
    <p class="about working"><span class="dots" aria-hidden="true"></span>${chat.working}</p>
  </article>`
}

function shownPart(part: LivePart): TemplateResult {
  if (part.kind === 'text') return html`<mayros-markdown .text=${part.text}></mayros-markdown>`
  if (part.kind === 'thinking') return thinking(part.text)
  const { id, name, args, output, state } = part
  return toolCard({ id, name, args, output: outputText(output), state })
}

interface Standing {
  readonly isUser: boolean
  /** Of the message, and of the block in it. */
  readonly place: number
  readonly index: number
  readonly conversation: Conversation
}

function shownBlock(
  block: HistoryBlock,
  standing: Standing,
): TemplateResult | readonly TemplateResult[] | typeof nothing {
  const { isUser, place, index, conversation } = standing
  switch (block.type) {
    case 'text':
      if (block.text.trim() === '') return nothing
      return isUser
        ? html`<p class="plain">${block.text}</p>`
        : html`<mayros-markdown .text=${block.text}></mayros-markdown>`
    case 'thinking':
      return block.thinking === '' ? nothing : thinking(block.thinking)
    case 'toolCall': {
      const result = conversation.history.resultOf(block.id)
      const card = toolCard(toolOf(block.id, block.name, block.arguments, result))
      if (result === undefined) return card
      return [card, ...pictures(result, conversation.history.resultPlace(block.id), conversation)]
    }
    case 'image':
      return picture(block, place, index, conversation)
  }
}

function pictures({ content }: HistoryMessage, place: number, conversation: Conversation): readonly TemplateResult[] {
  return content.flatMap((block, index) => (block.type === 'image' ? [picture(block, place, index, conversation)] : []))
}

function picture(
  { mimeType, bytes }: Extract<HistoryBlock, { type: 'image' }>,
  place: number,
  index: number,
  conversation: Conversation,
): TemplateResult {
  return html`<mayros-chat-picture
    .name=${conversation.pictureName(place, index)}
    .load=${() => conversation.picture(place, index)}
    .label=${chat.picture(mimeType, bytes)}
  ></mayros-chat-picture>`
}

function toolOf(id: string, name: string, args: unknown, result: HistoryMessage | undefined): ShownTool {
  const state = result?.isError === true ? 'failed' : 'ok'
  return { id, name, args, output: result === undefined ? null : textOf(result), state }
}

function toolCard(tool: ShownTool): TemplateResult {
  return html`<mayros-tool-card .tool=${tool}></mayros-tool-card>`
}

function thinking(text: string): TemplateResult {
  return html`<details class="thought"><summary>${chat.thought}</summary><p class="plain">${text}</p></details>`
}
