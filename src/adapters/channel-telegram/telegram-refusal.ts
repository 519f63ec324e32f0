import { ChannelFailure, type ChannelFailureCode } from '../../application/ports/channel.js'

/** What Telegram answered instead of doing what it was asked. */
export class TelegramRefusal extends ChannelFailure {
  /** In the words of the Bot API. */
  readonly description: string
  /** The group has become a supergroup of this id. */
  readonly migratedTo: string | undefined

  constructor(
    code: ChannelFailureCode,
    message: string,
    facts: { readonly description: string; readonly migratedTo?: string | undefined; readonly retryAfterMs?: number },
  ) {
    super(code, message, facts.retryAfterMs === undefined ? {} : { retryAfterMs: facts.retryAfterMs })
    this.description = facts.description
    this.migratedTo = facts.migratedTo
  }

  /** The text is refused as it is marked up, or too long once it is; without markup it may pass. */
  get isAboutMarkup(): boolean {
    return /can't parse entities|message is too long|caption is too long|text is empty|MESSAGE_TOO_LONG/i.test(
      this.description,
    )
  }
}
