import { sessions } from '../../strings/en/sessions.js'
import type { HistoryBlock, HistoryMessage } from '../chat/history-message.js'

/** A conversation as Markdown that people can read and keep. */
export function transcriptText(title: string, messages: readonly HistoryMessage[]): string {
  return [`# ${title}`, ...messages.map(messageText)].join('\n\n').concat('\n')
}

function messageText(message: HistoryMessage): string {
  const who = sessions.roles[message.role] ?? message.role
  const name = message.role === 'toolResult' ? `${who} ${message.toolName ?? ''}`.trim() : who
  const when = new Date(message.timestamp).toISOString().replace('T', ' ').slice(0, 19)
  const failed = message.errorMessage === undefined ? [] : [`> ${message.errorMessage}`]
  return [`## ${name}, ${when} UTC`, ...message.content.map(blockText), ...failed].join('\n\n')
}

function blockText(block: HistoryBlock): string {
  switch (block.type) {
    case 'text':
      return block.text
    case 'thinking':
      return quoted(block.thinking)
    case 'toolCall':
      return fenced(`${block.name}(${JSON.stringify(block.arguments, null, 2)})`)
    case 'image':
      return `[${sessions.picture}: ${block.mimeType}]`
  }
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
}

/** With a fence that is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}
