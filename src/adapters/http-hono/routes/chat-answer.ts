import type { Context } from 'hono'
import type { AgentCallEnd, AgentCallListener, AgentCallUnderWay } from '../../../application/agent-calls/agent-call.js'
import type { ChatOrder } from '../../../application/chat-completions/chat-completions.js'
import { ChatChunks, chatCompletion } from '../../../domain/openai/chat-completion.js'
import { EVENT_STREAM_HEADERS, EventStream } from '../event-stream.js'
import { soonOf } from '../first-sign.js'
import type { HttpEnv } from '../http-env.js'
import type { ChatCompletionsFacts } from '../http-facts.js'
import { errorOfEnd, openAiErrorBody, openAiErrorResponse } from '../openai-error.js'

type HttpContext = Context<HttpEnv>

/** Asks the agent and answers, whole or as a stream. When the client goes away the agent is stopped. */
export function chatAnswer(context: HttpContext, facts: ChatCompletionsFacts, order: ChatOrder): Promise<Response> {
  return order.body.stream === true ? streamed(context, facts, order) : whole(context, facts, order)
}

async function whole(context: HttpContext, { completions }: ChatCompletionsFacts, order: ChatOrder): Promise<Response> {
  const { signal } = context.req.raw
  const head = completions.head(order.body.model)
  const underWay = await completions.begin({ ...order, signal }, { text: () => undefined })
  const end = await endOf(underWay, signal)
  return end.status === 'completed'
    ? context.json(chatCompletion(head, end))
    : openAiErrorResponse(context, errorOfEnd(end))
}

async function streamed(context: HttpContext, facts: ChatCompletionsFacts, order: ChatOrder): Promise<Response> {
  const { completions, clock } = facts
  const { signal } = context.req.raw
  const includesUsage = order.body.stream_options?.include_usage === true
  const chunks = new ChatChunks(completions.head(order.body.model), includesUsage)
  let underWay: AgentCallUnderWay | undefined
  const stream = new EventStream(clock, () => underWay?.abort())
  const told = telling(stream, chunks)
  try {
    stream.send(chunks.begin())
    underWay = await completions.begin({ ...order, signal }, told.listener)
  } catch (thrown) {
    stream.close()
    throw thrown
  }
  const ended = endOf(underWay, signal)
  void ended.then((end) => {
    const last = end.status === 'completed' ? chunks.end(end) : [JSON.stringify(openAiErrorBody(errorOfEnd(end)))]
    for (const piece of last) stream.send(piece)
    stream.close()
  })
  const early = await soonOf(ended, told.stirred, clock)
  if (early !== null && early.status !== 'completed') return openAiErrorResponse(context, errorOfEnd(early))
  return context.body(stream.body, 200, EVENT_STREAM_HEADERS)
}

/** Sends what is said; a new paragraph begins with its first word. */
function telling(stream: EventStream, chunks: ChatChunks) {
  let stir: () => void = () => undefined
  const stirred = new Promise<void>((resolve) => {
    stir = resolve
  })
  let hasSpoken = false
  let isNewParagraph = false
  const listener: AgentCallListener = {
    text: (delta) => {
      stir()
      stream.send(chunks.text(isNewParagraph ? `\n\n${delta}` : delta))
      hasSpoken = true
      isNewParagraph = false
    },
    stepped: () => {
      isNewParagraph = hasSpoken
    },
  }
  return { listener, stirred }
}

async function endOf(underWay: AgentCallUnderWay, signal: AbortSignal): Promise<AgentCallEnd> {
  let isAborted = false
  const abort = () => {
    if (!isAborted) underWay.abort()
    isAborted = true
  }
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await underWay.ended
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
