import { hookAgentBody, hookWakeBody } from '../../../domain/protocol/http/hook-bodies.js'
import { FLAG, json, object, plain, TEXT } from './answers.js'
import type { Endpoint } from './endpoint.js'

const refused = (description: string) => json(description, object({ ok: { const: false }, error: TEXT }))

const accepted = json('Accepted: the id is that of the run.', object({ ok: FLAG, runId: TEXT }))
const woken = json('The main session knows, or will.', object({ ok: FLAG, mode: TEXT }))

const HOOK_ANSWERS = {
  400: refused('The body is not what is expected.'),
  401: plain('The token or the signature is not right.'),
  408: refused('The body did not come in time.'),
  413: refused('The body is longer than the configuration allows.'),
  429: plain('Too many wrong tokens came from this address; see Retry-After.'),
  503: refused('It cannot be taken now; see Retry-After.'),
} as const

const common = { method: 'post', area: 'Webhooks', auth: 'hooks' } as const

/** Webhooks. @param base path they lie below, without a slash at its end */
export function hooks(base: string): readonly Endpoint[] {
  return [
    {
      ...common,
      path: `${base}/wake`,
      id: 'wake',
      summary: 'Tell the main session something',
      body: hookWakeBody,
      answers: { 200: woken, ...HOOK_ANSWERS },
    },
    {
      ...common,
      path: `${base}/agent`,
      id: 'runAgent',
      summary: 'Let an agent answer, in a session of its own',
      body: hookAgentBody,
      answers: { 202: accepted, ...HOOK_ANSWERS },
    },
    {
      ...common,
      path: `${base}/{name}`,
      id: 'mappedHook',
      summary: 'What hooks.mappings makes of it',
      parameters: [{ name: 'name', in: 'path', description: 'Path of a mapping or preset.' }],
      answers: {
        200: woken,
        202: accepted,
        204: { description: 'The mapping leaves it out.' },
        ...HOOK_ANSWERS,
        404: plain('Nothing is mapped to this path.'),
        500: refused('The mapping failed.'),
      },
    },
  ]
}
