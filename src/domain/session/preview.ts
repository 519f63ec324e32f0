import { withoutInboundPrefix } from './inbound-prefix.js'
import { stripReplyTags } from './reply-tags.js'
import type { SessionEntry } from './session-entry.js'
import { type TranscriptMessage, textOf } from './transcript.js'

/** Titles are at most this long. */
const TITLE_CHARS = 60

/** Looked at for a preview; more cannot show. */
const INSPECTED_CHARS = 8_192

/** A message in one or two lines. */
export interface PreviewItem {
  readonly role: 'user' | 'assistant' | 'tool' | 'system' | 'other'
  readonly text: string
}

/** A short form of a message; null when there is nothing to show. */
export function previewItem(message: TranscriptMessage, maxChars: number): PreviewItem | null {
  const text = readableText(message) || stagePlay(message)
  if (text === '') return null
  const calls = message.role === 'assistant' && message.content.some((block) => block.type === 'toolCall')
  const role = message.role === 'toolResult' || (calls && textOf(message).trim() === '') ? 'tool' : message.role
  return { role, text: shortened(text, maxChars) }
}

/** What was said, without tags and prefixes; empty when nothing was said in words. */
export function readableText(message: TranscriptMessage): string {
  const said = textOf(message).slice(0, INSPECTED_CHARS)
  return stripReplyTags(message.role === 'user' ? withoutInboundPrefix(said) : said).trim()
}

/** What happened in a message without words. */
function stagePlay(message: TranscriptMessage): string {
  const calls = message.content.flatMap((block) => (block.type === 'toolCall' ? [block.name] : []))
  if (calls.length > 0) return `call ${calls.join(', ')}`
  return message.content.some((block) => block.type === 'image') ? '[image]' : ''
}

/**
 * A name for a session that nobody named: how its channel shows it, what was said first, or the start of its id.
 * @param firstWords of the person, where they are known
 */
export function derivedTitle(entry: SessionEntry, firstWords: string | undefined): string {
  const given = entry.displayName?.trim() || entry.subject?.trim()
  if (given) return given
  const words = firstWords?.replace(/\s+/g, ' ').trim()
  if (words) return shortened(words, TITLE_CHARS)
  return `${entry.sessionId.slice(0, 8)} (${new Date(entry.updatedAt).toISOString().slice(0, 10)})`
}

/** Whether a title needs no look into the transcript. */
export function hasGivenTitle(entry: SessionEntry): boolean {
  return Boolean(entry.displayName?.trim() || entry.subject?.trim())
}

/** At most `maxChars` characters, with dots for what is missing. */
export function shortened(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const kept = text.slice(0, Math.max(0, maxChars - 3))
  const last = kept.charCodeAt(kept.length - 1)
  const whole = last >= 0xd800 && last <= 0xdbff ? kept.slice(0, -1) : kept
  return `${whole.trimEnd()}...`
}
