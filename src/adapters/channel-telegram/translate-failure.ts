import { ChannelFailure, type ChannelFailureCode } from '../../application/ports/channel.js'
import { TelegramRefusal } from './telegram-refusal.js'

/** What Telegram answers to a call it does not carry out: https://core.telegram.org/bots/api#making-requests */
interface Answer {
  readonly error_code: number
  readonly description: string
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number }
}

/** Sentences of the Bot API behind the code 400, which has no finer codes. */
const SENTENCES: readonly (readonly [RegExp, ChannelFailureCode])[] = [
  [/not enough rights|have no rights|need administrator|WRITE_FORBIDDEN|TOPIC_CLOSED|SEND_\w+_FORBIDDEN/i, 'forbidden'],
  [/too long|too big|too large/i, 'too-large'],
  [/not found|MESSAGE_ID_INVALID|can't be (edited|deleted)/i, 'not-found'],
]

/**
 * What a call to Telegram threw, as a failure of the port.
 * @param name the account, for the sentence: `telegram/default`
 * @param token never to be seen: addresses in errors of the library contain it
 */
export function translateFailure(thrown: unknown, name: string, token: string): ChannelFailure {
  if (thrown instanceof ChannelFailure) return thrown
  if (isAnswer(thrown)) return refusal(thrown, name, token)
  return new ChannelFailure('network', `${name}: Telegram cannot be reached (${reasonOf(thrown)})`)
}

function refusal(answer: Answer, name: string, token: string): ChannelFailure {
  const { error_code: code, parameters = {} } = answer
  const description = answer.description.replaceAll(token, '***')
  if (code >= 500) {
    return new ChannelFailure('network', `${name}: Telegram has a problem of its own (${code}: ${description})`)
  }
  const migratedTo = parameters.migrate_to_chat_id === undefined ? undefined : String(parameters.migrate_to_chat_id)
  const retryAfterMs = parameters.retry_after === undefined ? {} : { retryAfterMs: parameters.retry_after * 1000 }
  const [kind, sentence] = judge(code, description)
  return new TelegramRefusal(kind, `${name}: ${sentence}`, { description, migratedTo, ...retryAfterMs })
}

function judge(code: number, description: string): readonly [ChannelFailureCode, string] {
  if (code === 401 || (code === 404 && description === 'Not Found')) {
    return ['auth', 'Telegram does not accept the bot token; set channels.telegram.botToken to the one of @BotFather']
  }
  if (code === 409) {
    return ['invalid', 'another program fetches the messages of this bot; stop it, or make a bot for each']
  }
  if (code === 429) return ['rate-limited', 'too many messages at once for Telegram']
  if (code === 403) return ['forbidden', `Telegram does not let the bot speak there (${description})`]
  if (code === 413) return ['too-large', `Telegram takes no more (${description})`]
  const kind = SENTENCES.find(([pattern]) => pattern.test(description))?.[1] ?? 'invalid'
  return [kind, `Telegram refuses it (${description})`]
}

/** A word for what broke. Only codes: sentences of the library name the address, and that contains the token. */
function reasonOf(thrown: unknown): string {
  const inner = isObject(thrown) && isObject(thrown.error) ? thrown.error : thrown
  if (!isObject(inner)) return 'no answer'
  for (const word of [inner.code, inner.errno, inner.type]) {
    if (typeof word === 'string' && /^[\w-]+$/.test(word)) return word
  }
  return 'no answer'
}

function isAnswer(thrown: unknown): thrown is Answer {
  return isObject(thrown) && typeof thrown.error_code === 'number' && typeof thrown.description === 'string'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
