import {
  type ChannelsResendParams,
  channelsDeadLettersParams,
  channelsResendParams,
} from '../../domain/protocol/methods/channels.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { DeliveryDesk } from '../channels/outbound/delivery-desk.js'
import { type MethodRow, method, unadvertised } from '../method-table.js'
import type { ChannelMail, DeadLetter } from '../ports/channel-mail.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'

/** A page that nobody reads to its end. */
const LISTED = 50
/** A letter that is to be sent again is looked for among the newest. */
const SEARCHED = 10_000

export interface DeadLetterMethodParts {
  readonly store: Pick<ChannelMail, 'deadLetters'>
  readonly delivery: Pick<DeliveryDesk, 'post'>
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Pick<Ids, 'uuid'>
}

/** Answers that no network would take: what they were, and one more try. Existing clients do not know them. */
export function deadLetterMethods(parts: DeadLetterMethodParts): readonly MethodRow[] {
  return [
    method('channels.deadLetters', channelsDeadLettersParams, async ({ limit = LISTED }) => ({
      letters: (await parts.store.deadLetters(limit)).map(told),
    })),
    method('channels.resend', channelsResendParams, (params) => resend(parts, params)),
  ].map(unadvertised)
}

function told({ id, channel, accountId, place, text, sentTo, at, failedAt, code, reason, sessionKey }: DeadLetter) {
  return { id, channel, accountId, place, text, sentTo, at, failedAt, code, reason, sessionKey: sessionKey ?? null }
}

/** Puts what the network does not have yet into the outbox once more, durably. The letter itself stays what it is. */
async function resend({ store, delivery, clock, ids }: DeadLetterMethodParts, { id }: ChannelsResendParams) {
  const letter = (await store.deadLetters(SEARCHED)).find((one) => one.id === id)
  if (letter === undefined) throw invalidRequest(`id: there is no dead letter ${id}; channels.deadLetters lists them`)
  const { text, sentTo, failedAt: _failedAt, code: _code, reason: _reason, ...entry } = letter
  const left = text.slice(sentTo)
  if (left.trim() === '') throw invalidRequest(`id: everything of ${id} was sent before it was given up`)
  await delivery.post({ ...entry, id: `${id}/again-${ids.uuid()}`, text: left, at: clock.now() })
  return { ok: true, channel: letter.channel, accountId: letter.accountId, place: letter.place }
}
