import { pollParams, sendParams } from '../../domain/protocol/methods/channels.js'
import { RecentAnswers } from '../channels/outbound/recent-answers.js'
import type { SendMessage } from '../channels/outbound/send-message.js'
import { type MethodRow, method, patient, unadvertised } from '../method-table.js'
import type { Clock } from '../ports/clock.js'

/** Saying something in a chat. A key that was used lately gets the answer of then. */
export function sendMethods(
  sending: Pick<SendMessage, 'send' | 'poll'>,
  clock: Pick<Clock, 'now'>,
): readonly MethodRow[] {
  const answers = new RecentAnswers(clock)
  return [
    patient(
      method('send', sendParams, (params) => answers.once(`send:${params.idempotencyKey}`, () => sending.send(params))),
    ),
    patient(
      unadvertised(
        method('poll', pollParams, async (params) => {
          const key = `poll:${params.idempotencyKey}`
          const known = answers.known(key)
          if (known !== null) return known
          const asked = sending.poll(params)
          await Promise.allSettled([asked])
          answers.keep(key, asked)
          return asked
        }),
      ),
    ),
  ]
}
