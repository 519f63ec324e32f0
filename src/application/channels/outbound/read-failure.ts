import { messageOf } from '../../../domain/failure.js'
import { ChannelFailure } from '../../ports/channel.js'

/** Why something could not be sent. */
export interface SendingTrouble {
  /** A code of CHANNEL_FAILURES, or `unexpected`. */
  readonly code: string
  readonly reason: string
  readonly retryAfterMs?: number
}

/** What a channel threw, in words that can be kept. */
export function readFailure(thrown: unknown): SendingTrouble {
  const reason = messageOf(thrown)
  if (!(thrown instanceof ChannelFailure)) return { code: 'unexpected', reason }
  const { code, retryAfterMs } = thrown
  return retryAfterMs === undefined ? { code, reason } : { code, reason, retryAfterMs }
}
