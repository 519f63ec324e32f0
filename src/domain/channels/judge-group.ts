import { type AccountRules, type GroupRules, letsIn, type MeansSender } from './account-rules.js'
import type { DropReason } from './drop-reasons.js'
import { entryNamed } from './entry-named.js'
import { type MentionSigns, passesMentionGate } from './mention-gate.js'

export type GroupVerdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop'; readonly reason: DropReason }
  /** Not answered; shown to the agent with the next message that is. */
  | { readonly kind: 'context'; readonly reason: 'mention_required' }

/** Who may talk to the agent in a group, a channel or a room, and when it is meant. Checks come in a fixed order. */
export function judgeGroup(
  rules: Omit<AccountRules, 'dmPolicy' | 'allowBots'>,
  groupId: string,
  meansSender: MeansSender,
  signs: MentionSigns,
): GroupVerdict {
  if (rules.groupPolicy === 'disabled') return { kind: 'drop', reason: 'group_disabled' }
  const groups = rules.groups ?? {}
  const hasGroups = Object.keys(groups).length > 0
  const own = groupRulesOf(rules, groupId)
  if (hasGroups && (own === null || own.enabled === false)) return { kind: 'drop', reason: 'group_not_allowed' }
  if (rules.groupPolicy === 'allowlist' && !hasGroups && rules.groupAllowFrom.length === 0) {
    return { kind: 'drop', reason: 'group_not_allowed' }
  }
  if (!maySpeak(rules, own, meansSender)) return { kind: 'drop', reason: 'sender_not_allowed' }
  if (own?.requireMention === false || passesMentionGate(signs)) return { kind: 'accept' }
  return signs.isMentionable
    ? { kind: 'context', reason: 'mention_required' }
    : { kind: 'drop', reason: 'mention_impossible' }
}

/** What is written for a group: its own words over those of `*`; null when neither is there. */
export function groupRulesOf({ groups = {} }: Pick<AccountRules, 'groups'>, groupId: string): GroupRules | null {
  const named = entryNamed(groups, groupId)
  const anyGroup = Object.hasOwn(groups, '*') ? groups['*'] : undefined
  return named === undefined && anyGroup === undefined ? null : { ...anyGroup, ...written(named) }
}

/** The group's own list, else that of the account; an empty one lets nobody in. `open` asks only the group's own. */
function maySpeak(
  rules: Pick<AccountRules, 'groupPolicy' | 'groupAllowFrom'>,
  own: GroupRules | null,
  meansSender: MeansSender,
): boolean {
  if (own?.allowFrom !== undefined) return letsIn(own.allowFrom, meansSender)
  return rules.groupPolicy === 'open' || letsIn(rules.groupAllowFrom, meansSender)
}

function written(rules: GroupRules | undefined): GroupRules {
  return Object.fromEntries(Object.entries(rules ?? {}).filter(([, value]) => value !== undefined))
}
