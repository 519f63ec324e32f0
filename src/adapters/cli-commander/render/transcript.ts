/** One message of `chat.history`, as far as it is exported. */
export interface ExportedMessage {
  readonly role?: string
  readonly timestamp?: number
  readonly content?: readonly ExportedBlock[]
  readonly toolName?: string
  readonly isError?: boolean
  readonly errorMessage?: string
}

interface ExportedBlock {
  readonly type?: string
  readonly text?: string
  readonly name?: string
  readonly arguments?: unknown
  readonly mimeType?: string
}

const NAMES: Readonly<Record<string, string>> = { user: 'User', assistant: 'Agent', system: 'Summary' }

/** A conversation as a Markdown document; tools and their results are quoted as code. */
export function transcriptMarkdown(key: string, messages: readonly ExportedMessage[]): string {
  return [`# ${key}`, ...messages.map(messageMarkdown)].join('\n\n')
}

function messageMarkdown(message: ExportedMessage): string {
  const at = message.timestamp === undefined ? '' : ` (${new Date(message.timestamp).toISOString()})`
  const role = message.role ?? 'unknown'
  const name = role === 'toolResult' ? `Result of ${message.toolName ?? 'a tool'}` : (NAMES[role] ?? role)
  const blocks = (message.content ?? []).map((block) => blockMarkdown(block, role === 'toolResult'))
  const error = message.errorMessage === undefined ? [] : [`> ${message.errorMessage}`]
  return [`## ${name}${message.isError === true ? ', failed' : ''}${at}`, ...blocks, ...error]
    .filter((part) => part !== '')
    .join('\n\n')
}

function blockMarkdown(block: ExportedBlock, isCode: boolean): string {
  switch (block.type) {
    case 'text':
      return isCode ? fenced(block.text ?? '') : (block.text ?? '')
    case 'toolCall':
      return `Tool \`${block.name ?? ''}\`:\n\n${fenced(JSON.stringify(block.arguments ?? {}, null, 2))}`
    case 'image':
      return `[${block.mimeType ?? 'image'}]`
    default:
      return ''
  }
}

/** Fenced by more back quotes than the text has in a row. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}
