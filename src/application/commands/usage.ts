import { usageDays } from '../../domain/usage/usage-days.js'
import { UTC } from '../../domain/usage/usage-query.js'
import { spentWords } from '../usage/spent-words.js'
import { type CarryOut, type CommandParts, reply } from './command-order.js'
import { setLevel } from './set-level.js'

/** `/usage [off | tokens | full]`; without a word, what this conversation and this day have used. */
export const usage: CarryOut = async (order, parts) => {
  if (order.args !== '') {
    return setLevel(order, parts, { name: 'responseUsage', title: 'Usage in answers', standard: 'off' })
  }
  const { inputTokens = 0, outputTokens = 0, responseUsage = 'off', key, sessionId } = order.session
  const own = { from: 0, until: Number.MAX_SAFE_INTEGER, sessionKey: key, sessionId, offsets: UTC }
  const [session] = await parts.store.usage(own, [])
  return reply(
    `Tokens of this session: ${inputTokens} in, ${outputTokens} out · cost: ${spentWords(session)} · today, all sessions: ${await spentToday(parts)} · shown in answers: ${responseUsage}`,
  )
}

async function spentToday({ store, clock, zone }: CommandParts): Promise<string> {
  const { from, until, offsets } = usageDays({ mode: 'gateway', days: 1 }, clock.now(), zone())
  const [today] = await store.usage({ from, until, offsets }, [])
  return spentWords(today)
}
