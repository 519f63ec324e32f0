import { OpenAiRefusal } from './openai-refusal.js'

/** The refusal of an id that is not known. */
export function noSuchResponse(id: string): OpenAiRefusal {
  return new OpenAiRefusal('response_not_found', `Response with id '${id}' not found.`)
}
