import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AccountRules } from '../../../src/domain/channels/account-rules.js'
import { commandRights } from '../../../src/domain/channels/command-rights.js'
import { judgeDirect } from '../../../src/domain/channels/judge-direct.js'
import { groupRulesOf, judgeGroup } from '../../../src/domain/channels/judge-group.js'
import type { MentionSigns } from '../../../src/domain/channels/mention-gate.js'
import { rulesOfTopic } from '../../../src/domain/channels/rules-of-topic.js'

const ALICE = (entry: string) => entry.toLowerCase() === 'alice'
const MENTIONED: MentionSigns = {
  mention: 'us',
  isReplyToUs: false,
  isNamed: false,
  isAuthorisedCommand: false,
  isMentionable: true,
}
const UNMENTIONED: MentionSigns = { ...MENTIONED, mention: 'none' }
const GROUP_RULES = { allowFrom: [], groupPolicy: 'allowlist' as const, groupAllowFrom: ['*'] }

describe('direct messages', () => {
  it.each([
    ['disabled', ['*'], true, { kind: 'drop', reason: 'dm_disabled' }],
    ['open', ['*'], false, { kind: 'accept' }],
    ['allowlist', ['ALICE'], false, { kind: 'accept' }],
    ['allowlist', ['bob'], false, { kind: 'drop', reason: 'dm_not_allowed' }],
    ['allowlist', ['bob'], true, { kind: 'accept' }],
    ['pairing', ['alice'], false, { kind: 'accept' }],
    ['pairing', [], false, { kind: 'pair' }],
    ['pairing', [], true, { kind: 'accept' }],
  ] as const)('%s with %j, approved %s', (dmPolicy, allowFrom, isApproved, verdict) => {
    expect(judgeDirect({ dmPolicy, allowFrom }, ALICE, isApproved)).toEqual(verdict)
  })
})

describe('groups', () => {
  it.each([
    ['switched off', { groupPolicy: 'disabled' }, 'group_disabled'],
    ['another group is listed', { groups: { other: {} } }, 'group_not_allowed'],
    ['the group is switched off', { groups: { here: { enabled: false }, '*': {} } }, 'group_not_allowed'],
    ['nothing is listed at all', { groupAllowFrom: [] }, 'group_not_allowed'],
    ['the sender is not listed', { groupAllowFrom: ['bob'], groups: { '*': {} } }, 'sender_not_allowed'],
    ['groups are listed and no sender is', { groupAllowFrom: [], groups: { '*': {} } }, 'sender_not_allowed'],
    ['the group has a list of its own', { groups: { here: { allowFrom: ['bob'] } } }, 'sender_not_allowed'],
    [
      'the group has a list of its own, and all are open',
      { groupPolicy: 'open', groups: { here: { allowFrom: ['bob'] } } },
      'sender_not_allowed',
    ],
  ] as const)('drops when %s', (_, rules, reason) => {
    const verdict = judgeGroup({ ...GROUP_RULES, ...rules }, 'here', ALICE, MENTIONED)
    expect(verdict).toEqual({ kind: 'drop', reason })
  })

  it('answers who is mentioned, and keeps the rest as context', () => {
    expect(judgeGroup(GROUP_RULES, 'here', ALICE, MENTIONED)).toEqual({ kind: 'accept' })
    expect(judgeGroup(GROUP_RULES, 'here', ALICE, UNMENTIONED)).toEqual({ kind: 'context', reason: 'mention_required' })
    expect(judgeGroup(GROUP_RULES, 'here', ALICE, { ...UNMENTIONED, isReplyToUs: true })).toEqual({ kind: 'accept' })
  })

  it('lets a command through that its sender may give, unless it speaks to somebody else', () => {
    const command = { ...UNMENTIONED, isAuthorisedCommand: true }
    expect(judgeGroup(GROUP_RULES, 'here', ALICE, command).kind).toBe('accept')
    expect(judgeGroup(GROUP_RULES, 'here', ALICE, { ...command, mention: 'other' }).kind).toBe('context')
  })

  it('asks for no mention where the group, else `*`, says so', () => {
    const groups = { '*': { requireMention: false }, here: { requireMention: true } }
    expect(judgeGroup({ ...GROUP_RULES, groups }, 'here', ALICE, UNMENTIONED).kind).toBe('context')
    expect(judgeGroup({ ...GROUP_RULES, groups }, 'there', ALICE, UNMENTIONED).kind).toBe('accept')
  })

  it('finds a group however its letters are written, and the exact spelling first', () => {
    const groups = { '#Room': { requireMention: false }, '#ROOM': { enabled: false } }
    expect(judgeGroup({ ...GROUP_RULES, groups }, '#room', ALICE, UNMENTIONED).kind).toBe('accept')
    expect(judgeGroup({ ...GROUP_RULES, groups }, '#ROOM', ALICE, UNMENTIONED).kind).toBe('drop')
  })

  it('takes what is written for a topic over what is written for its group', () => {
    const groups = { '-100': { requireMention: true, topics: { '7': { requireMention: false } } } }
    const at = (id: string) => ({ kind: 'group' as const, chatId: '-100', branch: { id, kind: 'topic' as const } })
    expect(groupRulesOf(rulesOfTopic({ groups }, at('7')), '-100')).toMatchObject({ requireMention: false })
    expect(groupRulesOf(rulesOfTopic({ groups }, at('8')), '-100')).toMatchObject({ requireMention: true })
    expect(groupRulesOf(rulesOfTopic({ groups }, at('constructor')), '-100')).toMatchObject({ requireMention: true })
  })

  it('says so when nobody could ever be heard', () => {
    const verdict = judgeGroup(GROUP_RULES, 'here', ALICE, { ...UNMENTIONED, isMentionable: false })
    expect(verdict).toEqual({ kind: 'drop', reason: 'mention_impossible' })
  })

  it('never lets in more when a list gets shorter', () => {
    const entries = fc.constantFrom('alice', 'bob', '*')
    const rules = fc.record({
      allowFrom: fc.constant([] as string[]),
      groupPolicy: fc.constantFrom('allowlist' as const, 'disabled' as const),
      groupAllowFrom: fc.array(entries, { maxLength: 3 }),
      groups: fc.option(
        fc.dictionary(
          fc.constantFrom('here', 'other', '*'),
          fc.record({ enabled: fc.boolean(), allowFrom: fc.array(entries) }, { requiredKeys: [] }),
        ),
        { nil: undefined },
      ),
    })
    fc.assert(
      fc.property(rules, fc.nat(2), (wide: Omit<AccountRules, 'dmPolicy'>, at) => {
        const groupAllowFrom = wide.groupAllowFrom.filter((_, index) => index !== at)
        const narrow = judgeGroup({ ...wide, groupAllowFrom }, 'here', ALICE, MENTIONED)
        if (narrow.kind === 'accept') expect(judgeGroup(wide, 'here', ALICE, MENTIONED).kind).toBe('accept')
      }),
    )
  })
})

describe('rights of a sender', () => {
  const rules = { useAccessGroups: true, ownerAllowFrom: [] }

  it('follow access where groups of access count', () => {
    expect(commandRights(rules, 'irc', [], ALICE, true)).toEqual({ mayCommand: true, isOwner: false })
    expect(commandRights(rules, 'irc', [], ALICE, false)).toEqual({ mayCommand: false, isOwner: false })
  })

  it('come only from the list of the channel where there is one', () => {
    const listed = { ...rules, allowFrom: { irc: ['bob'], '*': ['alice'] } }
    expect(commandRights(listed, 'irc', ['alice'], ALICE, true).mayCommand).toBe(false)
    expect(commandRights(listed, 'telegram', [], ALICE, false).mayCommand).toBe(true)
  })

  it('make an owner only of somebody who is named', () => {
    expect(commandRights(rules, 'irc', ['*'], ALICE, true).isOwner).toBe(false)
    expect(commandRights(rules, 'irc', ['alice'], ALICE, true).isOwner).toBe(true)
    expect(commandRights({ ...rules, ownerAllowFrom: ['bob'] }, 'irc', ['alice'], ALICE, true).isOwner).toBe(false)
  })
})
