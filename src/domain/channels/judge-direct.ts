import { type AccountRules, letsIn, type MeansSender } from './account-rules.js'
import type { DropReason } from './drop-reasons.js'

export type DirectVerdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop'; readonly reason: DropReason }
  /** The sender is told how to be let in; the message is not answered. */
  | { readonly kind: 'pair' }

/**
 * Who may write directly.
 * @param isApproved whether the sender was let in by pairing, on this channel and account
 */
export function judgeDirect(
  rules: Pick<AccountRules, 'dmPolicy' | 'allowFrom'>,
  meansSender: MeansSender,
  isApproved: boolean,
): DirectVerdict {
  if (rules.dmPolicy === 'disabled') return { kind: 'drop', reason: 'dm_disabled' }
  if (rules.dmPolicy === 'open' || isApproved || letsIn(rules.allowFrom, meansSender)) return { kind: 'accept' }
  return rules.dmPolicy === 'allowlist' ? { kind: 'drop', reason: 'dm_not_allowed' } : { kind: 'pair' }
}
