/** How patient an account is. */
export interface TelegramPace {
  /** How long Telegram may keep a question for messages open when there are none. */
  readonly pollSeconds: number
  /** Longest time of any other call, and what a question may take beyond `pollSeconds`. */
  readonly callSeconds: number
  /** How often a bot that is called by Telegram looks whether it is still going to be. */
  readonly checkSeconds: number
  /** Wait before the second attempt to connect; doubles with each failure. */
  readonly firstRetryMs: number
  readonly longestRetryMs: number
  /** Wait after a refused token: trying faster mends nothing. */
  readonly refusedRetryMs: number
  /** Wait before a message that could not be kept is offered again; doubles with each refusal. */
  readonly firstReofferMs: number
  readonly longestReofferMs: number
  /** How long `stop` lets messages that are being sent arrive. */
  readonly farewellMs: number
}

export const USUAL_PACE: TelegramPace = {
  pollSeconds: 30,
  callSeconds: 30,
  checkSeconds: 60,
  firstRetryMs: 1_000,
  longestRetryMs: 60_000,
  refusedRetryMs: 600_000,
  firstReofferMs: 250,
  longestReofferMs: 30_000,
  farewellMs: 3_000,
}
