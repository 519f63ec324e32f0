/** Why a message of a channel is not answered, with a sentence for operators. */
export const DROP_REASONS = {
  own_message: 'we wrote it ourselves',
  bot: 'a bot wrote it, and answering bots makes loops',
  duplicate: 'the network delivered it before',
  empty: 'there is nothing in it to answer',
  stale: 'it was written too long ago',
  no_peer: 'the network did not say who wrote it or where',
  dm_disabled: 'direct messages are switched off for this account (dmPolicy)',
  dm_not_allowed: 'the sender is not in allowFrom',
  pairing_required: 'the sender waits for approval (mayros pairing list)',
  pairing_full: 'the sender is unknown, and as many requests wait as may wait',
  group_disabled: 'groups are switched off for this account (groupPolicy)',
  group_not_allowed: 'this group is not in groups, or is switched off there',
  sender_not_allowed: 'the sender may not talk to the agent in this group (allowFrom, groupAllowFrom)',
  mention_required: 'nobody mentioned the agent; kept as context only (requireMention)',
  send_denied: 'the agent may not speak there (/send, session.sendPolicy)',
  queue_full: 'as many messages wait in the session as may wait (messages.queue)',
  mention_impossible: 'the group asks for a mention, and there is no way to mention the agent (mentionPatterns)',
} as const

export type DropReason = keyof typeof DROP_REASONS
