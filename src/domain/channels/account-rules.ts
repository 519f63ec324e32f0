/** One group, channel or room of an account. */
export interface GroupRules {
  readonly requireMention?: boolean | undefined
  readonly enabled?: boolean | undefined
  /** Senders of this group that are answered. */
  readonly allowFrom?: readonly (string | number)[] | undefined
}

/** Who may talk to the agent through one account, with everything inherited. */
export interface AccountRules {
  readonly dmPolicy: 'pairing' | 'allowlist' | 'open' | 'disabled'
  /** Senders of direct messages; `*` = everybody. */
  readonly allowFrom: readonly string[]
  readonly groupPolicy: 'allowlist' | 'open' | 'disabled'
  /** Senders in groups. */
  readonly groupAllowFrom: readonly string[]
  /** By id of the group, or `*`. Where there are entries, only these groups are served. */
  readonly groups?: Readonly<Record<string, GroupRules>> | undefined
  readonly allowBots?: boolean | undefined
}

/** Whether an entry of a list means the sender of the message. */
export type MeansSender = (entry: string) => boolean

/** Whether a list lets the sender in; an empty one lets nobody in. */
export function letsIn(list: readonly (string | number)[], meansSender: MeansSender): boolean {
  return list.some((entry) => String(entry) === '*' || meansSender(String(entry)))
}
