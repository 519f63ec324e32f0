import type { ContentBlock } from '../../domain/session/transcript.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Tool, ToolCallContext, ToolOutcome } from '../ports/tools.js'

/** How long a tool may take that names no limit of its own, in milliseconds. */
export const TOOL_TIMEOUT_MS = 120_000
/** How long a tool may take to end after it was told to, in milliseconds. */
export const TOOL_GRACE_MS = 2_000

/** One call with checked arguments. */
export interface ToolCall {
  readonly tool: Tool
  readonly params: unknown
  /** All but what the call itself decides. */
  readonly about: Omit<ToolCallContext, 'signal' | 'update'>
  /** Ends the call early. */
  readonly signal: AbortSignal
  /** Told until the call is over, never after. */
  readonly updated: (partial: unknown) => void
}

/**
 * Carries out one call. Never rejects, and ends at most `TOOL_GRACE_MS` after its signal or its time-out: a tool that
 * does not listen is left behind.
 */
export async function callTool(
  call: ToolCall,
  tools: { readonly clock: Clock; readonly log: Log },
): Promise<ToolOutcome> {
  const { tool, signal } = call
  const { clock } = tools
  if (signal.aborted) return cutShort({ content: [] }, 'aborted')
  const stop = new AbortController()
  const timeoutMs = tool.timeoutMs ?? TOOL_TIMEOUT_MS
  let isOver = false
  let why: string | null = null
  let grace = { cancel: (): void => undefined }
  let leave: () => void = () => undefined
  const left = new Promise<ToolOutcome>((resolve) => {
    leave = () => resolve({ content: [] })
  })
  const end = (reason: string): void => {
    if (why !== null || isOver) return
    why = reason
    stop.abort()
    grace = clock.after(TOOL_GRACE_MS, leave)
  }
  const abort = (): void => end('aborted')
  const limit = timeoutMs > 0 ? clock.after(timeoutMs, () => end(`timed out after ${timeoutMs / 1000} s`)) : undefined
  signal.addEventListener('abort', abort)
  const context: ToolCallContext = {
    ...call.about,
    signal: stop.signal,
    update: (partial) => {
      if (!isOver) call.updated(partial)
    },
  }
  try {
    const outcome = await Promise.race([outcomeOf(call, context, tools.log), left])
    return why === null ? outcome : cutShort(outcome, why)
  } finally {
    isOver = true
    limit?.cancel()
    grace.cancel()
    signal.removeEventListener('abort', abort)
  }
}

async function outcomeOf({ tool, params }: ToolCall, context: ToolCallContext, log: Log): Promise<ToolOutcome> {
  try {
    return await tool.run(params, context)
  } catch (thrown) {
    if (context.signal.aborted) return { content: [] }
    log.error('tool failed', { tool: tool.name, runId: context.runId, toolCallId: context.toolCallId, err: thrown })
    return failed(`${tool.name} failed by a fault of its own, which the log of the gateway tells about.`)
  }
}

/** What a tool had to say before it was ended stands, and that it was. */
function cutShort(outcome: ToolOutcome, why: string): ToolOutcome {
  return { ...outcome, content: [...outcome.content, text(`[${why}]`)], isError: true }
}

/** An error that the model is told in one sentence. */
export function failed(sentence: string): ToolOutcome {
  return { content: [text(sentence)], isError: true }
}

function text(words: string): ContentBlock {
  return { type: 'text', text: words }
}
