import { chatBody } from '../../../domain/openai/chat-body.js'
import { responsesBody } from '../../../domain/openai/responses-body.js'
import {
  AUTH_ANSWERS,
  anyObject,
  BODY_ANSWERS,
  FLAG,
  failed,
  json,
  jsonOrEvents,
  listOf,
  NUMBER,
  object,
  TEXT,
} from './answers.js'
import type { DescribedParameter, Endpoint } from './endpoint.js'

const PLACE: readonly DescribedParameter[] = [
  { name: 'x-mayros-agent-id', in: 'header', description: 'The agent to ask; counts more than model.' },
  { name: 'x-mayros-session-key', in: 'header', description: 'The session to ask it in.' },
]

const RESPONSE_ID: DescribedParameter = { name: 'id', in: 'path', description: 'Id of a stored response.' }

const usage = anyObject
const model = object({ id: TEXT, object: { const: 'model' }, created: NUMBER, owned_by: TEXT })
const completion = object({
  id: TEXT,
  object: { const: 'chat.completion' },
  created: NUMBER,
  model: TEXT,
  choices: listOf(object({ index: NUMBER, message: anyObject, finish_reason: TEXT })),
  usage,
})
const response = object({
  id: TEXT,
  object: { const: 'response' },
  created_at: NUMBER,
  status: { enum: ['completed', 'incomplete', 'failed', 'in_progress'] },
  model: TEXT,
  output: listOf(anyObject),
  usage: { type: ['object', 'null'] },
})

/** What agents and their providers may come to. */
const AGENT_ANSWERS = {
  403: failed('The session belongs to another agent.'),
  404: failed('There is no such agent, or the endpoint is turned off.'),
  500: failed('The answer was broken off, or could not be stored.'),
  502: failed('The provider of the model failed.'),
  503: failed('The gateway or the provider cannot take it now; see Retry-After.'),
  504: failed('The model did not answer in time.'),
}

const NOT_STORED = failed('There is no such response, or the endpoint is turned off.')
const common = { area: 'OpenAI', auth: 'gateway' } as const

/** The dialect of OpenAI. */
export const openai: readonly Endpoint[] = [
  {
    ...common,
    method: 'get',
    path: '/v1/models',
    id: 'listModels',
    summary: 'What may be named as model',
    answers: { 200: json('The agents.', object({ object: { const: 'list' }, data: listOf(model) })), ...AUTH_ANSWERS },
  },
  {
    ...common,
    method: 'get',
    path: '/v1/models/{id}',
    id: 'retrieveModel',
    summary: 'One of them',
    parameters: [{ name: 'id', in: 'path', description: 'mayros, mayros:<agent> or another name of an agent.' }],
    answers: { 200: json('It is there.', model), ...AUTH_ANSWERS, 404: failed('There is no such agent.') },
  },
  {
    ...common,
    method: 'post',
    path: '/v1/chat/completions',
    id: 'createChatCompletion',
    summary: 'Ask an agent, as in Chat Completions',
    parameters: PLACE,
    body: chatBody,
    answers: {
      200: jsonOrEvents('The answer, whole or as chunks.', completion),
      ...AUTH_ANSWERS,
      ...BODY_ANSWERS,
      ...AGENT_ANSWERS,
    },
  },
  {
    ...common,
    method: 'post',
    path: '/v1/responses',
    id: 'createResponse',
    summary: 'Ask an agent, as in the Responses API',
    parameters: PLACE,
    body: responsesBody,
    answers: {
      200: jsonOrEvents('The response, whole or as events.', response),
      ...AUTH_ANSWERS,
      ...BODY_ANSWERS,
      ...AGENT_ANSWERS,
    },
  },
  {
    ...common,
    method: 'get',
    path: '/v1/responses/{id}',
    id: 'retrieveResponse',
    summary: 'A stored response',
    parameters: [
      RESPONSE_ID,
      { name: 'stream', in: 'query', description: 'May not be true.', schema: { enum: ['false'] } },
    ],
    answers: {
      200: json('It is there.', response),
      ...AUTH_ANSWERS,
      400: failed('What is stored cannot be streamed.'),
      404: NOT_STORED,
    },
  },
  {
    ...common,
    method: 'delete',
    path: '/v1/responses/{id}',
    id: 'deleteResponse',
    summary: 'Forget a stored response',
    parameters: [RESPONSE_ID],
    answers: {
      200: json('It is gone.', object({ id: TEXT, object: { const: 'response' }, deleted: FLAG })),
      ...AUTH_ANSWERS,
      404: NOT_STORED,
    },
  },
  {
    ...common,
    method: 'get',
    path: '/v1/responses/{id}/input_items',
    id: 'listInputItems',
    summary: 'What a stored response was asked',
    parameters: [
      RESPONSE_ID,
      { name: 'limit', in: 'query', description: 'Most items (default 20).', schema: { type: 'integer' } },
      { name: 'order', in: 'query', description: 'Newest first unless asc.', schema: { enum: ['asc', 'desc'] } },
      { name: 'after', in: 'query', description: 'Id of the item in front of the first one.' },
    ],
    answers: {
      200: json('The items.', object({ object: { const: 'list' }, data: listOf(anyObject), has_more: FLAG })),
      ...AUTH_ANSWERS,
      400: failed('A parameter is not what is expected.'),
      404: NOT_STORED,
    },
  },
  {
    ...common,
    method: 'post',
    path: '/v1/responses/{id}/cancel',
    id: 'cancelResponse',
    summary: 'Refused: nothing is answered in the background',
    parameters: [RESPONSE_ID],
    answers: { ...AUTH_ANSWERS, 400: failed('It is not in the background.'), 404: NOT_STORED },
  },
]
