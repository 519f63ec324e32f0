import { OpenAiRefusal } from '../../domain/openai/openai-refusal.js'
import { responseOfItem } from '../../domain/openai/response-ids.js'
import type { OutputItem } from '../../domain/openai/response-object.js'
import type { InputItem } from '../../domain/openai/responses-input.js'
import type { ResponseStore } from '../ports/response-store.js'

type Item = Exclude<InputItem, { kind: 'reference' }>

/**
 * The items that references stand for, looked up among the responses that are kept.
 * @param previousId the response that is gone on from; what refers to it is in the conversation anyway
 * @throws OpenAiRefusal for a reference to nothing
 */
export async function resolveReferences(
  items: readonly InputItem[],
  previousId: string | null,
  store: ResponseStore,
  now: number,
): Promise<readonly Item[]> {
  const resolved = await Promise.all(
    items.map(async (item): Promise<readonly Item[]> => {
      if (item.kind !== 'reference') return [item]
      const responseId = responseOfItem(item.id)
      if (responseId !== null && responseId === previousId) return []
      const found = responseId === null ? null : await store.get(responseId, now)
      const output = found?.body.output.find(({ id }) => id === item.id)
      if (output === undefined)
        throw new OpenAiRefusal('invalid_request', `Item with id '${item.id}' not found.`, item.param)
      return asInput(output)
    }),
  )
  return resolved.flat()
}

function asInput(item: OutputItem): readonly Item[] {
  switch (item.type) {
    case 'message':
      return [{ kind: 'message', role: 'assistant', parts: item.content.map(({ text }) => ({ kind: 'text', text })) }]
    case 'function_call':
      return [{ kind: 'call', callId: item.call_id, name: item.name, arguments: item.arguments }]
    case 'reasoning':
      return []
  }
}
