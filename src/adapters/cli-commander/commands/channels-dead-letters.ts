import { printable } from '../../../domain/log/printable.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { ago } from '../render/words.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

const LISTED = 20
/** Enough to know which answer it is. */
const SHOWN_CHARACTERS = 72

export interface DeadLetterFlags extends SharedFlags {
  readonly limit?: number
  readonly resend?: string
}

interface Letter {
  readonly id: string
  readonly channel: string
  readonly accountId: string
  readonly place: { readonly kind: string; readonly chatId: string }
  readonly text: string
  readonly sentTo: number
  readonly failedAt: number
  readonly code: string
  readonly reason: string
}

/** `mayros channels dead-letters`: answers that were given up, and one more try for one of them. */
export async function channelsDeadLetters(context: CommandContext, flags: DeadLetterFlags): Promise<number> {
  const access = await findGateway(context, flags)
  if (flags.resend !== undefined) {
    const { resend: id } = flags
    const answer = await withGateway(access, (client) => client.call<Omit<Letter, 'id'>>('channels.resend', { id }))
    if (context.json) context.printJson(answer)
    else context.print(`is sent again: ${placeOf(answer)}`)
    return exitCodes.ok
  }
  const asked = { limit: flags.limit ?? LISTED }
  const { letters } = await withGateway(access, (client) =>
    client.call<{ letters: readonly Letter[] }>('channels.deadLetters', asked),
  )
  if (context.json) context.printJson({ ok: true, letters })
  else if (letters.length === 0) context.print('no dead letters: every answer was delivered, or is on its way')
  else context.print(letters.flatMap((letter) => linesOf(letter, context.deps.now())))
  return exitCodes.ok
}

function linesOf(letter: Letter, now: number): string[] {
  const { id, text, sentTo, failedAt, code, reason } = letter
  const sent = sentTo === 0 ? '' : `, ${sentTo} of ${text.length} characters sent`
  const left = printable([...text.slice(sentTo).replace(/\s+/g, ' ')].slice(0, SHOWN_CHARACTERS).join(''))
  return [`${id}  ${placeOf(letter)}  ${ago(now - failedAt)}${sent}`, `  ${code}: ${printable(reason)}`, `  ${left}`]
}

function placeOf({ channel, accountId, place }: Pick<Letter, 'channel' | 'accountId' | 'place'>): string {
  return printable(`${channel}/${accountId} ${place.kind} ${place.chatId}`)
}
