import type { AccountRules } from './account-rules.js'
import type { ChatPlace } from './chat.js'
import { groupRulesOf } from './judge-group.js'

/** The rules as they are in this place: what is written for a topic of a group stands over what is written for the group. */
export function rulesOfTopic<Rules extends Pick<AccountRules, 'groups'>>(
  rules: Rules,
  { chatId, branch }: ChatPlace,
): Rules {
  const own = groupRulesOf(rules, chatId)
  if (own === null || branch === undefined || !('topics' in own)) return rules
  const topics = own.topics as Readonly<Record<string, object>> | undefined
  const topic = topics !== undefined && Object.hasOwn(topics, branch.id) ? topics[branch.id] : undefined
  return topic === undefined ? rules : { ...rules, groups: { ...rules.groups, [chatId]: { ...own, ...topic } } }
}
