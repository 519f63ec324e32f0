import { accountSettingsOf } from '../../../domain/channels/inbound/account-settings.js'
import { type ChannelAccount, DEFAULT_ACCOUNT_ID } from '../../../domain/config/resolve-channel-account.js'
import { type MessageParams, messageParams } from '../../../domain/protocol/gateway-tools.js'
import { messagePlaceOf, outOfReach } from '../../../domain/tools/message-reach.js'
import type { Tool, ToolCallContext, ToolOutcome } from '../../ports/tools.js'
import { failed } from '../call-tool.js'
import { jsonOutcome } from '../json-outcome.js'
import type { GatewayToolParts, OutgoingMessage } from './gateway-tool-parts.js'

/** What became of the message to one chat. */
interface Sent {
  readonly to: string
  readonly messageId?: string
  readonly problem?: string
}

/** `message`: sends a text to one chat of a channel, or the same text to several where agents may. */
export function messageTool(parts: GatewayToolParts): Tool<MessageParams> {
  return {
    name: 'message',
    description: 'Sends a message to somebody through a chat channel of this gateway.',
    params: messageParams,
    run: async (params, context) => {
      const targets = typeof params.to === 'string' ? [params.to] : [...new Set(params.to)]
      const rules = parts.config().tools.message
      if (targets.length > 1 && !rules.broadcast.enabled) {
        return failed('A message may only go to one chat at a time (tools.message.broadcast.enabled).')
      }
      const channel = params.channel.trim().toLowerCase()
      const account = accountSettingsOf(parts.config(), channel, params.accountId ?? DEFAULT_ACCOUNT_ID)
      if (!maySendMessages(account)) {
        return failed(`Agents may not send messages there (channels.${channel}.actions.sendMessage).`)
      }
      const session = context.sessionKey === null ? null : await parts.store.session(context.sessionKey)
      const here = messagePlaceOf(context.channel, context.sessionKey, session)
      for (const to of targets) {
        const obstacle = outOfReach({ channel, to }, here, rules.crossContext)
        if (obstacle !== null) return failed(obstacle)
      }
      return outcomeOf(channel, await sendToAll(parts, { ...params, channel }, targets, context))
    },
  }
}

/** Accounts of channels that tell actions apart may keep agents from writing on their own. */
function maySendMessages(account: ChannelAccount): boolean {
  const { actions } = account as { readonly actions?: { readonly sendMessage?: boolean } }
  return actions?.sendMessage !== false
}

/** One after the other; a chat that cannot be reached keeps nobody else from it. */
async function sendToAll(
  { deliver }: GatewayToolParts,
  { channel, text, accountId, threadId }: MessageParams,
  targets: readonly string[],
  { signal }: ToolCallContext,
): Promise<readonly Sent[]> {
  const sent: Sent[] = []
  for (const to of targets) {
    if (signal.aborted) {
      sent.push({ to, problem: 'The call was ended before.' })
      continue
    }
    const outgoing: OutgoingMessage = {
      channel,
      to,
      text,
      ...(accountId === undefined ? {} : { accountId }),
      ...(threadId === undefined ? {} : { threadId }),
    }
    const delivery = await deliver(outgoing, signal)
    if (!delivery.isDelivered) sent.push({ to, problem: delivery.problem })
    else sent.push(delivery.messageId === undefined ? { to } : { to, messageId: delivery.messageId })
  }
  return sent
}

function outcomeOf(channel: string, sent: readonly Sent[]): ToolOutcome {
  const missed = sent.filter(({ problem }) => problem !== undefined)
  const [only] = sent
  if (sent.length === 1 && only !== undefined) {
    return only.problem === undefined ? jsonOutcome({ status: 'sent', channel, ...only }) : failed(only.problem)
  }
  const status = missed.length === 0 ? 'sent' : missed.length === sent.length ? 'failed' : 'partly sent'
  const outcome = jsonOutcome({ status, channel, results: sent })
  return missed.length === sent.length ? { ...outcome, isError: true } : outcome
}
