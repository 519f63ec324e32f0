import { messageOf } from '../../domain/failure.js'
import { RunnerFailure } from '../ports/agent-runner.js'
import { sessionModel } from '../sessions/session-model.js'
import { type CarryOut, reply } from './command-order.js'

/** `/compact [instructions]` */
export const compact: CarryOut = async ({ session, args }, { compaction, agents }) => {
  if (compaction === null) return reply('Conversations cannot be summarised here.')
  const wish = { onFailure: 'throw', ...(args === '' ? {} : { instructions: args }) } as const
  const never = new AbortController().signal
  try {
    const outcome = await compaction.compact(session, sessionModel(session, agents), never, wish)
    if (!outcome.compacted) return reply('There is nothing to compact.')
    return reply(`Compacted: about ${outcome.tokensBefore} tokens became ${outcome.tokensAfter}.`)
  } catch (thrown) {
    if (!(thrown instanceof RunnerFailure)) throw thrown
    return reply(`The conversation could not be summarised: ${messageOf(thrown)}`)
  }
}
