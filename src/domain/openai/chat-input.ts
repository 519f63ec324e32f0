import type { ChatMessage } from './chat-body.js'
import { OpenAiRefusal } from './openai-refusal.js'
import { dataUrl, type FileSource, type InputItem, type InputPart } from './responses-input.js'

type Item = Exclude<InputItem, { kind: 'reference' }>
type UserPart = Exclude<Extract<ChatMessage, { role: 'user' }>['content'], string>[number]
type Words = Extract<ChatMessage, { role: 'tool' }>['content']

/** What the messages say, item by item. */
export function readChatMessages(messages: readonly ChatMessage[]): readonly Item[] {
  return messages.flatMap((message, index) => readMessage(message, `messages[${index}]`))
}

function readMessage(message: ChatMessage, param: string): readonly Item[] {
  switch (message.role) {
    case 'system':
    case 'developer':
      return [{ kind: 'message', role: message.role, parts: spoken(message.content) }]
    case 'user':
      return [{ kind: 'message', role: 'user', parts: userParts(message.content, `${param}.content`) }]
    case 'function':
      // What functions returned came without an id; it cannot be more than something that was said.
      return [{ kind: 'message', role: 'user', parts: [textOf(`${message.name}: ${message.content ?? ''}`)] }]
    case 'assistant': {
      const calls = (message.tool_calls ?? []).map(
        (call): Item => ({
          kind: 'call',
          callId: call.id,
          name: call.function.name,
          arguments: call.function.arguments,
        }),
      )
      const parts = spoken(message.content ?? '').filter((part) => part.kind !== 'text' || part.text !== '')
      return parts.length === 0 ? calls : [{ kind: 'message', role: 'assistant', parts }, ...calls]
    }
    case 'tool':
      return [{ kind: 'result', callId: message.tool_call_id, parts: spoken(message.content), param }]
  }
}

function spoken(content: Words): readonly InputPart[] {
  if (typeof content === 'string') return [textOf(content)]
  return content.map((part) => textOf('text' in part ? String(part.text) : String(part.refusal)))
}

function userParts(content: string | readonly UserPart[], param: string): readonly InputPart[] {
  if (typeof content === 'string') return [textOf(content)]
  return content.map((part, index) => userPart(part, `${param}[${index}]`))
}

function userPart(part: UserPart, param: string): InputPart {
  if (part.type === 'file')
    return { kind: 'file', source: fileOf(part.file, param), fileName: part.file.filename ?? null, param }
  if ('text' in part) return textOf(part.text)
  const url = typeof part.image_url === 'string' ? part.image_url : part.image_url.url
  return { kind: 'image', source: dataUrl(url) ?? { kind: 'url', url }, param }
}

function fileOf(file: Extract<UserPart, { type: 'file' }>['file'], param: string): FileSource {
  if (typeof file.file_data === 'string') {
    return dataUrl(file.file_data) ?? { kind: 'base64', data: file.file_data, mimeType: null }
  }
  const place = `${param}.file`
  if (typeof file.file_id !== 'string') {
    throw new OpenAiRefusal('invalid_request', `${place}: no content is given (file_data)`, place)
  }
  throw new OpenAiRefusal('unsupported_parameter', 'Files are not stored here; send the content.', `${place}.file_id`)
}

function textOf(text: string): InputPart {
  return { kind: 'text', text }
}
