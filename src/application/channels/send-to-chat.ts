import { ChannelFailure } from '../ports/channel.js'
import type { Delivery, OutgoingMessage } from '../tools/gateway/gateway-tool-parts.js'
import type { ChannelAccounts } from './accounts/channel-accounts.js'
import type { DeliveryDesk } from './outbound/delivery-desk.js'

export interface SendToChatParts {
  readonly accounts: Pick<ChannelAccounts, 'channels'>
  readonly delivery: Pick<DeliveryDesk, 'sendNow'>
}

/**
 * Hands a message to a chat that is named as people write it. Without an account the first one of the channel sends it.
 * What cannot be sent is told in a sentence; a message that is given up by the signal may still arrive.
 */
export async function sendToChat(
  { channel: kind, to, text, accountId, threadId }: OutgoingMessage,
  signal: AbortSignal,
  { accounts, delivery }: SendToChatParts,
): Promise<Delivery> {
  const channel = accounts.channels.find(
    (one) => one.id === kind && (accountId === undefined || one.accountId === accountId),
  )
  if (channel === undefined) {
    const name = accountId === undefined ? kind : `${kind}/${accountId}`
    return { isDelivered: false, problem: `There is no channel named ${name} that can send.` }
  }
  const place = channel.placeOf(to)
  if (place === null) return { isDelivered: false, problem: `${channel.label} knows no chat named ${to}.` }
  const branch =
    threadId === undefined || place.branch !== undefined
      ? {}
      : { branch: { kind: kind === 'telegram' ? 'topic' : 'thread', id: threadId } as const }
  const gone = new Promise<never>((_resolve, reject) => {
    const tooLate = () => reject(new ChannelFailure('network', `${channel.label} has not answered in time`))
    if (signal.aborted) tooLate()
    else signal.addEventListener('abort', tooLate, { once: true })
  })
  try {
    const message = { channel: kind, accountId: channel.accountId, place: { ...place, ...branch }, text }
    const sent = await Promise.race([delivery.sendNow(message), gone])
    return { isDelivered: true, ...(sent.messageId === '' ? {} : { messageId: sent.messageId }) }
  } catch (thrown) {
    if (!(thrown instanceof ChannelFailure)) throw thrown
    return { isDelivered: false, problem: thrown.message }
  }
}
