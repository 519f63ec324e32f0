import type { AccountRules, MeansSender } from '../account-rules.js'
import type { ChatPlace, ChatSender, Mention } from '../chat.js'
import { type CommandRights, type CommandRules, commandRights } from '../command-rights.js'
import type { DropReason } from '../drop-reasons.js'
import { judgeDirect } from '../judge-direct.js'
import { groupRulesOf, judgeGroup } from '../judge-group.js'
import type { MentionSigns } from '../mention-gate.js'
import { rulesOfTopic } from '../rules-of-topic.js'

/** What of a message says whether it is answered. */
export interface JudgedMessage {
  readonly place: ChatPlace
  readonly sender: ChatSender
  readonly mention: Mention
  readonly isReplyToUs: boolean
  readonly isOwn: boolean
  /** Neither words nor media. */
  readonly isEmpty: boolean
  /** It begins with a command of the gateway. */
  readonly isCommand: boolean
  /** A pattern matches its text. */
  readonly isNamed: boolean
}

export interface Jurisdiction {
  readonly channel: string
  readonly rules: AccountRules
  readonly commands: CommandRules
  readonly meansSender: MeansSender
  /** The sender was let in by pairing, on this channel and account. */
  readonly isApproved: boolean
}

export type MessageVerdict =
  | { readonly kind: 'accept'; readonly rights: CommandRights; readonly wasMentioned: boolean }
  | { readonly kind: 'drop'; readonly reason: DropReason }
  /** The sender is told how to be let in. */
  | { readonly kind: 'pair' }
  /** Shown to the agent with the next message of the group that is answered. */
  | { readonly kind: 'context'; readonly reason: DropReason }

const CERTAINLY_MEANT: MentionSigns = {
  mention: 'us',
  isReplyToUs: true,
  isNamed: true,
  isAuthorisedCommand: true,
  isMentionable: true,
}

/** Whether a message is answered, and what its sender may do. */
export function judgeMessage(message: JudgedMessage, jurisdiction: Jurisdiction): MessageVerdict {
  const { place, sender } = message
  if (message.isOwn) return { kind: 'drop', reason: 'own_message' }
  if (sender.id === '' || place.chatId === '') return { kind: 'drop', reason: 'no_peer' }
  if (sender.isBot === true && jurisdiction.rules.allowBots !== true) return { kind: 'drop', reason: 'bot' }
  const verdict = place.kind === 'direct' ? direct(jurisdiction) : inGroup(message, jurisdiction)
  return verdict.kind === 'accept' && message.isEmpty ? { kind: 'drop', reason: 'empty' } : verdict
}

function direct(jurisdiction: Jurisdiction): MessageVerdict {
  const { rules, meansSender, isApproved } = jurisdiction
  const verdict = judgeDirect(rules, meansSender, isApproved)
  if (verdict.kind !== 'accept') return verdict
  return { kind: 'accept', rights: rightsOf(jurisdiction, rules.allowFrom), wasMentioned: true }
}

function inGroup(message: JudgedMessage, jurisdiction: Jurisdiction): MessageVerdict {
  const { place, mention, isReplyToUs, isNamed, isCommand } = message
  const { meansSender } = jurisdiction
  const rules = rulesOfTopic(jurisdiction.rules, place)
  const access = judgeGroup(rules, place.chatId, meansSender, CERTAINLY_MEANT)
  if (access.kind !== 'accept') return access
  const rights = rightsOf(
    jurisdiction,
    groupRulesOf(rules, place.chatId)?.allowFrom?.map(String) ?? rules.groupAllowFrom,
  )
  const verdict = judgeGroup(rules, place.chatId, meansSender, {
    mention,
    isReplyToUs,
    isNamed,
    isAuthorisedCommand: isCommand && rights.mayCommand,
    isMentionable: true,
  })
  if (verdict.kind !== 'accept') return verdict
  return { kind: 'accept', rights, wasMentioned: mention === 'us' || isReplyToUs || isNamed }
}

function rightsOf({ commands, channel, meansSender }: Jurisdiction, allowFrom: readonly string[]): CommandRights {
  return commandRights(commands, channel, allowFrom, meansSender, true)
}
