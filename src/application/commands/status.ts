import { formatModelRef } from '../../domain/model/model-ref.js'
import { queueRulesOf } from '../../domain/run/queue-mode.js'
import { sessionModel } from '../sessions/session-model.js'
import { type CarryOut, reply } from './command-order.js'

/** `/status` */
export const status: CarryOut = ({ session, message }, { agents, config, desk }) => {
  const { defaults } = config().agents
  const queue = queueRulesOf(config().messages.queue, session, message.sender.channel)
  const runs = desk.runsOf(session.key)
  const running = runs.filter(({ leader }) => leader.isUnderWay).length
  const tokens = session.totalTokens === undefined ? 'unknown' : `${session.totalTokens} tokens`
  return reply(
    [
      `Agent: ${session.agentId}`,
      `Session: ${session.key}`,
      `Model: ${formatModelRef(sessionModel(session, agents))}`,
      `Think: ${session.thinkingLevel ?? defaults.thinkingDefault ?? 'off'} · verbose: ${session.verboseLevel ?? 'off'} · reasoning: ${session.reasoningLevel ?? 'off'}`,
      `Queue: ${queue.mode} · running: ${running} · waiting: ${runs.length - running}`,
      `Context: ${tokens}`,
    ].join('\n'),
  )
}
