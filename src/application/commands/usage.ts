import { type CarryOut, reply } from './command-order.js'
import { setLevel } from './set-level.js'

/** `/usage [off | tokens | full]`; without a word, what this session has used. */
export const usage: CarryOut = (order, parts) => {
  const { inputTokens = 0, outputTokens = 0, responseUsage = 'off' } = order.session
  return order.args === ''
    ? reply(`Tokens of this session: ${inputTokens} in, ${outputTokens} out · shown in answers: ${responseUsage}`)
    : setLevel(order, parts, { name: 'responseUsage', title: 'Usage in answers', standard: 'off' })
}
