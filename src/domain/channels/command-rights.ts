import { letsIn, type MeansSender } from './account-rules.js'

/** What the configuration says about commands that are written in chats. */
export interface CommandRules {
  readonly useAccessGroups: boolean
  /** By channel, or `*`; where there is a list for the channel, it is the only source. */
  readonly allowFrom?: Readonly<Record<string, readonly (string | number)[]>> | undefined
  readonly ownerAllowFrom: readonly (string | number)[]
}

/** What a sender may do beyond talking. */
export interface CommandRights {
  /** Commands in chats. */
  readonly mayCommand: boolean
  /** This gateway is theirs: tools for owners, changes of the configuration. */
  readonly isOwner: boolean
}

/**
 * Rights of one sender on one channel. An owner is named, never meant by `*`, and never made by approving a pairing.
 * @param allowFrom the list that applies to the chat: that of direct messages, or of the group
 * @param hasAccess whether the access rules let the sender talk there
 */
export function commandRights(
  rules: CommandRules,
  channel: string,
  allowFrom: readonly string[],
  meansSender: MeansSender,
  hasAccess: boolean,
): CommandRights {
  const lists = rules.allowFrom ?? {}
  const only = Object.hasOwn(lists, channel) ? lists[channel] : Object.hasOwn(lists, '*') ? lists['*'] : undefined
  const owners = rules.ownerAllowFrom.length > 0 ? rules.ownerAllowFrom.map(String) : allowFrom
  const isOwner = owners.some((entry) => entry !== '*' && meansSender(entry))
  if (only !== undefined) return { mayCommand: letsIn(only, meansSender), isOwner }
  return { mayCommand: rules.useAccessGroups ? hasAccess : true, isOwner }
}
