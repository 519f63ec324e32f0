import type { Context } from 'hono'
import type { ResponseEnd, ResponseOrder, ResponseUnderWay } from '../../../application/responses/response-order.js'
import { EVENT_STREAM_HEADERS, EventStream } from '../event-stream.js'
import { soonOf } from '../first-sign.js'
import type { HttpEnv } from '../http-env.js'
import type { ResponsesFacts } from '../http-facts.js'
import { errorOfEnd, openAiErrorResponse } from '../openai-error.js'

type HttpContext = Context<HttpEnv>

/** Asks the agent and answers, whole or as a stream. When the client goes away the agent is stopped. */
export function responsesAnswer(context: HttpContext, facts: ResponsesFacts, order: ResponseOrder): Promise<Response> {
  return order.body.stream === true ? streamed(context, facts, order) : whole(context, facts, order)
}

async function whole(context: HttpContext, { responses }: ResponsesFacts, order: ResponseOrder): Promise<Response> {
  const { signal } = context.req.raw
  const underWay = await responses.begin({ ...order, signal })
  const end = await endOf(underWay, signal)
  return end.status === 'answered' ? context.json(end.body) : openAiErrorResponse(context, errorOfEnd(end))
}

async function streamed(context: HttpContext, facts: ResponsesFacts, order: ResponseOrder): Promise<Response> {
  const { signal } = context.req.raw
  let underWay: ResponseUnderWay | undefined
  const stream = new EventStream(facts.clock, () => underWay?.abort())
  try {
    const emit: ResponseOrder['emit'] = (event) => stream.send(JSON.stringify(event), event.type)
    underWay = await facts.responses.begin({ ...order, signal, emit })
  } catch (thrown) {
    stream.close()
    throw thrown
  }
  const ended = endOf(underWay, signal)
  void ended.then(() => {
    stream.send('[DONE]')
    stream.close()
  })
  const early = await soonOf(ended, underWay.stirred, facts.clock)
  if (early !== null && early.status !== 'answered') return openAiErrorResponse(context, errorOfEnd(early))
  return context.body(stream.body, 200, EVENT_STREAM_HEADERS)
}

async function endOf(underWay: ResponseUnderWay, signal: AbortSignal): Promise<ResponseEnd> {
  const abort = () => underWay.abort()
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await underWay.ended
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
