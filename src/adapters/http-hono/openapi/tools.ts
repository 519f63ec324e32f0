import { toolsInvokeBody } from '../../../domain/protocol/http/tools-invoke-body.js'
import { AUTH_ANSWERS, anyObject, BODY_ANSWERS, FLAG, failed, json, listOf, object, TEXT } from './answers.js'
import type { Endpoint } from './endpoint.js'

const toolError = object({ ok: { const: false }, error: object({ type: TEXT, message: TEXT }) })

/** Single calls of tools. */
export const tools: readonly Endpoint[] = [
  {
    method: 'post',
    path: '/tools/invoke',
    id: 'invokeTool',
    area: 'Tools',
    summary: 'Call one tool',
    auth: 'gateway',
    parameters: [
      { name: 'x-mayros-message-channel', in: 'header', description: 'Channel whose rules count.' },
      { name: 'x-mayros-account-id', in: 'header', description: 'Account of that channel.' },
    ],
    body: toolsInvokeBody,
    answers: {
      200: json(
        'What the tool found.',
        object({ ok: FLAG, result: object({ content: listOf(anyObject), details: {} }, 'details') }),
      ),
      ...AUTH_ANSWERS,
      ...BODY_ANSWERS,
      400: failed('The body is not what is expected, or the tool refuses its arguments.'),
      403: json('The tool may not be used like this.', toolError),
      404: json('There is no such tool, or it may not be called over HTTP.', toolError),
      500: json('The tool failed.', toolError),
    },
  },
]
