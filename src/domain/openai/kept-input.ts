import type { ResponseIds } from './response-ids.js'
import type { ResponsesBody } from './responses-body.js'
import type { ResponsesItem, ResponsesPart } from './responses-items.js'

/** Content longer than this, in base64, is not kept with a response. */
const MAX_KEPT = 16_384

type Item = Readonly<Record<string, unknown>>

/** What a response answers, as it is kept: every item with an id, the bytes of large pictures and files cut out. */
export function keptInput(input: ResponsesBody['input'], ids: ResponseIds): readonly Item[] {
  if (typeof input === 'string') {
    const content = [{ type: 'input_text', text: input }]
    return [{ type: 'message', role: 'user', content, id: ids.input(0), status: 'completed' }]
  }
  return input.map((item, index) => keptItem(item, ids.input(index)))
}

function keptItem(item: ResponsesItem, newId: string): Item {
  const id = item.id ?? newId
  switch (item.type) {
    case 'message': {
      const kind = item.role === 'assistant' ? 'output_text' : 'input_text'
      const content = typeof item.content === 'string' ? [{ type: kind, text: item.content }] : item.content.map(lean)
      return { ...item, content, id, status: item.status ?? 'completed' }
    }
    case 'function_call_output': {
      const output = typeof item.output === 'string' ? item.output : item.output.map(lean)
      return { ...item, output, id, status: item.status ?? 'completed' }
    }
    case 'function_call':
      return { ...item, id, status: item.status ?? 'completed' }
    default:
      return { ...item, id }
  }
}

function lean(part: ResponsesPart): Item {
  if (part.type !== 'input_image' && part.type !== 'input_file') return part
  const { source, ...rest } = part
  const entries = Object.entries(rest).map(([name, value]) => [name, isLong(value) ? '' : value] as const)
  const isLongSource = source?.type === 'base64' && isLong(source.data)
  return {
    ...Object.fromEntries(entries),
    ...(source === undefined ? {} : { source: isLongSource ? { ...source, data: '' } : source }),
  }
}

function isLong(value: unknown): boolean {
  return typeof value === 'string' && value.length > MAX_KEPT
}
