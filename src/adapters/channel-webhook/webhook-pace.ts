/** Times of an account, in milliseconds; tests are in a hurry. */
export interface WebhookPace {
  /** Between two looks at a program that answers. */
  readonly lookMs: number
  /** First wait after a look that failed; doubled from look to look. */
  readonly firstWaitMs: number
  readonly longestWaitMs: number
}

export const USUAL_PACE: WebhookPace = { lookMs: 30_000, firstWaitMs: 1_000, longestWaitMs: 60_000 }
