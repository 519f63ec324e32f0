import type { SessionEntry } from './session-entry.js'

/** A chat that can be written to. */
export interface DeliveryPlace {
  readonly channel: string
  readonly to: string
  readonly accountId?: string
  readonly threadId?: string
}

type Routing = Pick<SessionEntry, 'deliveryContext' | 'lastChannel' | 'lastTo' | 'lastAccountId'>

/** The chat in which the people of a session read; null = it is none of a channel. */
export function deliveryPlaceOf({
  deliveryContext,
  lastChannel,
  lastTo,
  lastAccountId,
}: Routing): DeliveryPlace | null {
  const channel = deliveryContext?.channel ?? lastChannel
  const isLast = channel === lastChannel
  const to = deliveryContext?.to ?? (isLast ? lastTo : undefined)
  if (channel === undefined || to === undefined) return null
  const accountId = deliveryContext?.accountId ?? (isLast ? lastAccountId : undefined)
  const threadId = deliveryContext?.threadId
  return {
    channel,
    to,
    ...(accountId === undefined ? {} : { accountId }),
    ...(threadId === undefined ? {} : { threadId }),
  }
}
