import type { AskHistory } from '../chat/history.js'
import type { HistoryMessage } from '../chat/history-message.js'

const PAGE = 500

/**
 * Everything that was said in a session, oldest first. Pages are counted from the newest message, which may be another
 * one with every page; messages are therefore told apart by their place, counted from the first.
 */
export async function wholeHistory(ask: AskHistory): Promise<readonly HistoryMessage[]> {
  const byPlace: HistoryMessage[] = []
  let total = 0
  let missing = Number.POSITIVE_INFINITY
  while (missing > 0) {
    const skip = Number.isFinite(missing) ? total - missing : 0
    const page = await ask({ limit: PAGE, skip })
    total = page.total
    const first = total - skip - page.messages.length
    page.messages.forEach((message, index) => {
      byPlace[first + index] = message
    })
    if (page.messages.length === 0 || first >= missing) break
    missing = first
  }
  return byPlace.filter((message) => message !== undefined)
}
