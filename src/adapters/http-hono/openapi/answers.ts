import type { DescribedAnswer, JsonObject } from './endpoint.js'

/** An answer with a body of JSON. */
export function json(description: string, schema: JsonObject): DescribedAnswer {
  return { description, content: { 'application/json': schema } }
}

/** An answer with a body of plain text. */
export function plain(description: string): DescribedAnswer {
  return { description, content: { 'text/plain': { type: 'string' } } }
}

/** A JSON answer, and what comes instead when a stream is asked for. */
export function jsonOrEvents(description: string, schema: JsonObject): DescribedAnswer {
  return { description, content: { 'application/json': schema, 'text/event-stream': { type: 'string' } } }
}

export const ERROR: JsonObject = { $ref: '#/components/schemas/Error' }

export const failed = (description: string) => json(description, ERROR)

/** What everybody may be answered who has to prove something. */
export const AUTH_ANSWERS = {
  401: failed('The Authorization header shows no secret of this gateway.'),
  429: failed('Too many wrong secrets came from this address; see Retry-After.'),
} as const

/** What comes of bodies that cannot be taken. */
export const BODY_ANSWERS = {
  400: failed('The body is no JSON, or not what is expected; the message names the place.'),
  408: failed('The body did not come in time.'),
  413: failed('The body is longer than the configuration allows.'),
} as const

export const object = (properties: JsonObject, ...optional: readonly string[]): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
})

export const TEXT: JsonObject = { type: 'string' }
export const NUMBER: JsonObject = { type: 'number' }
export const FLAG: JsonObject = { type: 'boolean' }
export const anyObject: JsonObject = { type: 'object' }
export const listOf = (items: JsonObject): JsonObject => ({ type: 'array', items })
