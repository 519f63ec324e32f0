import type { ProviderKind } from '../../../src/domain/session/hygiene-rules.js'
import type { ContentBlock, TranscriptMessage } from '../../../src/domain/session/transcript.js'

/** What published references say of each dialect: ids and names of calls. */
const PATTERNS: Readonly<Record<ProviderKind, { readonly id: RegExp; readonly name: RegExp } | null>> = {
  'openai-completions': { id: /^.{1,40}$/s, name: /^[a-zA-Z0-9_-]{1,64}$/ },
  'openai-responses': { id: /^.{1,64}$/s, name: /^[a-zA-Z0-9_-]{1,64}$/ },
  'anthropic-messages': { id: /^[a-zA-Z0-9_-]+$/, name: /^[a-zA-Z0-9_-]{1,128}$/ },
  'google-generative-ai': { id: /^.+$/s, name: /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/ },
  plain: null,
}

/** Everything a provider of this kind would refuse in a list of messages, in words. Empty = it accepts the list. */
export function refusalsOf(
  messages: readonly TranscriptMessage[],
  kind: ProviderKind,
  images: boolean,
): readonly string[] {
  const refusals: string[] = []
  const refuse = (at: number, why: string) => refusals.push(`message ${at}: ${why}`)
  const seen = new Set<string>()
  let awaited: string[] = []
  messages.forEach((message, at) => {
    const before = messages[at - 1]?.role
    if (at === 0 && message.role !== 'user') refuse(at, `begins with ${message.role}`)
    if (message.role === 'system') refuse(at, 'a divider')
    if (message.role === before && message.role !== 'toolResult') refuse(at, `${message.role} follows its like`)
    if (awaited.length > 0 && message.role !== 'toolResult') refuse(at, `calls without results: ${awaited.join(', ')}`)
    if (message.content.length === 0) refuse(at, 'no content')
    if ('errorMessage' in message) refuse(at, 'an error of ours')
    for (const block of message.content) for (const why of blockRefusals(block, message, kind, images)) refuse(at, why)
    if (message.role === 'toolResult') {
      if (awaited.shift() !== message.toolCallId) refuse(at, `result ${message.toolCallId} does not follow its call`)
    } else awaited = []
    if (message.role !== 'assistant') return
    const texts = message.content.map(({ type }) => type)
    if (texts.lastIndexOf('text') > texts.indexOf('toolCall') && texts.includes('toolCall'))
      refuse(at, 'text behind a call')
    for (const block of message.content) {
      if (block.type !== 'toolCall') continue
      if (seen.has(block.id)) refuse(at, `call id ${block.id} occurs again`)
      seen.add(block.id)
      awaited.push(block.id)
    }
  })
  if (awaited.length > 0) refuse(messages.length, `calls without results: ${awaited.join(', ')}`)
  if (messages.at(-1)?.role === 'assistant') refuse(messages.length - 1, 'ends with the assistant')
  return refusals
}

function blockRefusals(
  block: ContentBlock,
  message: TranscriptMessage,
  kind: ProviderKind,
  images: boolean,
): readonly string[] {
  const patterns = PATTERNS[kind]
  switch (block.type) {
    case 'text':
      if (block.text.trim() === '') return ['blank text']
      return block.text.isWellFormed() ? [] : ['half a character']
    case 'thinking':
      return ['a thought without its signature']
    case 'image': {
      const isAccepted =
        message.role === 'user' ||
        (message.role === 'toolResult' && (kind === 'anthropic-messages' || kind === 'openai-responses'))
      if (!images || kind === 'plain') return ['a picture for a blind model']
      if (!isAccepted) return [`a picture of ${message.role}`]
      return block.data === '' || !block.mimeType.startsWith('image/') ? ['not a picture'] : []
    }
    case 'toolCall':
      if (patterns === null) return ['a call, where there are no tools']
      return [
        ...(message.role === 'assistant' ? [] : ['a call that the assistant did not make']),
        ...(patterns.id.test(block.id) ? [] : [`call id ${JSON.stringify(block.id)}`]),
        ...(patterns.name.test(block.name) ? [] : [`tool name ${JSON.stringify(block.name)}`]),
        ...(isObject(block.arguments) ? [] : ['arguments that are no object']),
      ]
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
