import { OpenAiRefusal } from './openai-refusal.js'
import type { ResponsesBody } from './responses-body.js'
import type { ResponsesItem, ResponsesPart } from './responses-items.js'

/** Bytes that are here, or have to be fetched. `mimeType` is what the caller says they are; null when nothing was said. */
export type FileSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'base64'; readonly data: string; readonly mimeType: string | null }

/** One piece of a message. `param` is its place in the body. */
export type InputPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly source: FileSource; readonly param: string }
  | { readonly kind: 'file'; readonly source: FileSource; readonly fileName: string | null; readonly param: string }

export type InputItem =
  | {
      readonly kind: 'message'
      readonly role: 'user' | 'assistant' | 'system' | 'developer'
      readonly parts: readonly InputPart[]
    }
  | { readonly kind: 'call'; readonly callId: string; readonly name: string; readonly arguments: string }
  | { readonly kind: 'result'; readonly callId: string; readonly parts: readonly InputPart[]; readonly param: string }
  | { readonly kind: 'reference'; readonly id: string; readonly param: string }

/** What the body says, item by item. What a model thought before is left out: no other model can read it. */
export function readInput(input: ResponsesBody['input']): readonly InputItem[] {
  if (typeof input === 'string') return [{ kind: 'message', role: 'user', parts: [{ kind: 'text', text: input }] }]
  return input.flatMap((item, index) => readItem(item, `input[${index}]`))
}

function readItem(item: ResponsesItem, param: string): readonly InputItem[] {
  switch (item.type) {
    case 'message':
      return [{ kind: 'message', role: item.role, parts: readParts(item.content, `${param}.content`) }]
    case 'function_call':
      return [{ kind: 'call', callId: item.call_id, name: item.name, arguments: item.arguments }]
    case 'function_call_output':
      return [{ kind: 'result', callId: item.call_id, parts: readParts(item.output, `${param}.output`), param }]
    case 'item_reference':
      return [{ kind: 'reference', id: item.id, param }]
    case 'reasoning':
      return []
  }
}

function readParts(content: string | readonly ResponsesPart[], param: string): readonly InputPart[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  return content.map((part, index) => readPart(part, `${param}[${index}]`))
}

function readPart(part: ResponsesPart, param: string): InputPart {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      return { kind: 'text', text: part.text }
    case 'refusal':
      return { kind: 'text', text: part.refusal }
    case 'input_image': {
      const given = { source: part.source, url: part.image_url, fileId: part.file_id }
      return { kind: 'image', source: sourceOf(given, param), param }
    }
    case 'input_file': {
      const given = { source: part.source, data: part.file_data, url: part.file_url, fileId: part.file_id }
      return { kind: 'file', source: sourceOf(given, param), fileName: part.filename ?? null, param }
    }
  }
}

interface Given {
  readonly source?: Extract<ResponsesPart, { type: 'input_image' }>['source']
  readonly url?: string | null | undefined
  readonly data?: string | null | undefined
  readonly fileId?: string | null | undefined
}

function sourceOf({ source, url, data, fileId }: Given, param: string): FileSource {
  if (source?.type === 'base64') return { kind: 'base64', data: source.data, mimeType: source.media_type }
  const address = source?.url ?? url
  if (typeof address === 'string') return dataUrl(address) ?? { kind: 'url', url: address }
  if (typeof data === 'string') return dataUrl(data) ?? { kind: 'base64', data, mimeType: null }
  if (typeof fileId === 'string') {
    throw new OpenAiRefusal(
      'unsupported_parameter',
      'Files are not stored here; send the content or a URL.',
      `${param}.file_id`,
    )
  }
  throw new OpenAiRefusal('invalid_request', `${param}: neither content nor a URL is given`, param)
}

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),/i

/** A `data:` URL in base64; null for anything else. */
export function dataUrl(text: string): FileSource | null {
  const [head, mimeType = '', parameters = ''] = DATA_URL.exec(text) ?? []
  if (head === undefined || !/;base64$/i.test(parameters)) return null
  return { kind: 'base64', data: text.slice(head.length), mimeType: mimeType === '' ? null : mimeType.toLowerCase() }
}
