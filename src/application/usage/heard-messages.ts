import type { Conversation } from '../runs/conversation.js'

/** What a model had not answered yet when it was asked. */
export interface HeardMessages {
  readonly user: number
  readonly toolResults: number
  /** Results that tell of a failure. */
  readonly errors: number
  /** When it came to hear of the newest of them (Unix ms). */
  readonly since: number
}

/**
 * The messages behind the last answer; those of a run that left no answer are among them.
 * @param startedAt when the run began, which is when its question was heard
 */
export function heardMessages(
  { history, message }: Pick<Conversation, 'history' | 'message'>,
  startedAt: number,
): HeardMessages {
  let user = message === null ? 0 : 1
  let toolResults = 0
  let errors = 0
  let since = startedAt
  for (let at = history.length - 1; at >= 0; at--) {
    const heard = history[at]
    if (heard === undefined || heard.role === 'assistant') break
    since = Math.max(since, heard.timestamp)
    if (heard.role === 'user') user += 1
    if (heard.role !== 'toolResult') continue
    toolResults += 1
    if (heard.isError) errors += 1
  }
  return { user, toolResults, errors, since }
}
