import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Chat,
  conversationKey,
  formatSessionKey,
  parseSessionKey,
  type SessionKeyParts,
} from '../../../src/domain/session/conversation-key.js'
import { canonicalKey } from '../../../src/domain/session/session-key.js'

const SPACE = { defaultAgentId: 'main', scope: 'per-sender' } as const
const DM_SCOPES = ['main', 'per-peer', 'per-channel-peer', 'per-account-channel-peer'] as const

type Rules = Parameters<typeof conversationKey>[2]

function rules(changes: Partial<Rules> = {}): Rules {
  return { scope: 'per-sender', dmScope: 'per-channel-peer', identityLinks: {}, ...changes }
}

function directChat(peerId: string, changes: Partial<Chat> = {}): Chat {
  return { channel: 'telegram', kind: 'direct', peerId, ...changes }
}

/** Ids that hurt: separators, escapes, words of the grammar, capitals, what looks like an escape. */
const id = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }),
  fc.string({
    minLength: 1,
    maxLength: 6,
    unit: fc.constantFrom(':', '%', '-', 'a', 'A', '3', 'u', '0', ' ', 'İ', 'Σ'),
  }),
  fc.constantFrom('main', 'direct', 'dm', 'group', 'channel', 'thread', 'topic', 'cron', 'run', 'hook', 'subagent'),
  fc.constantFrom('node-1', '%3a', '%6dain', '%-alice', '\ud800', '@name', '-100123', 'u@example.com'),
)
const branch = fc.option(fc.record({ kind: fc.constantFrom('thread' as const, 'topic' as const), id }), {
  nil: undefined,
})
const agentId = fc.constantFrom('main', 'ops', 'a_1')

const parts: fc.Arbitrary<SessionKeyParts> = fc
  .oneof(
    fc.constantFrom({ kind: 'global' }, { kind: 'unknown' }),
    fc.record({ agentId, kind: fc.constant('main'), branch }),
    fc.record({ agentId, kind: fc.constant('direct'), peer: id, branch }),
    fc.record({ agentId, kind: fc.constant('direct'), peer: id, isNamesake: fc.constant(true), branch }),
    fc.record({ agentId, kind: fc.constant('direct'), peer: id, channel: id, branch }),
    fc.record({ agentId, kind: fc.constant('direct'), peer: id, channel: id, account: id, branch }),
    fc.record({ agentId, kind: fc.constantFrom('group', 'channel'), channel: id, peer: id, branch }),
    fc.record({ agentId, kind: fc.constant('cron'), job: id, run: fc.option(id, { nil: undefined }) }),
    fc.record({ agentId, kind: fc.constantFrom('hook', 'subagent', 'node'), id }),
  )
  .map((made) => JSON.parse(JSON.stringify(made)) as SessionKeyParts)

describe('session keys of conversations', () => {
  it.each([
    ['main', 'agent:main:main'],
    ['per-peer', 'agent:main:direct:42'],
    ['per-channel-peer', 'agent:main:telegram:direct:42'],
    ['per-account-channel-peer', 'agent:main:telegram:default:direct:42'],
  ] as const)('gives a direct chat its key when dmScope is %s', (dmScope, key) => {
    expect(conversationKey('main', directChat('42'), rules({ dmScope }))).toBe(key)
  })

  it('names the account where accounts are apart', () => {
    const chat = directChat('42', { accountId: 'work' })
    expect(conversationKey('Ops', chat, rules({ dmScope: 'per-account-channel-peer' }))).toBe(
      'agent:ops:telegram:work:direct:42',
    )
  })

  it.each<[Chat, string]>([
    [{ channel: 'telegram', kind: 'group', peerId: '-100' }, 'agent:main:telegram:group:-100'],
    [{ channel: 'irc', kind: 'channel', peerId: '#dev' }, 'agent:main:irc:channel:#dev'],
    [
      { channel: 'discord', kind: 'channel', peerId: '7', branch: { kind: 'thread', id: '8' } },
      'agent:main:discord:channel:7:thread:8',
    ],
    [
      { channel: 'telegram', kind: 'group', peerId: '-100', branch: { kind: 'topic', id: '9' } },
      'agent:main:telegram:group:-100:topic:9',
    ],
  ])('gives %j its key', (chat, key) => {
    expect(conversationKey('main', chat, rules())).toBe(key)
  })

  it.each<[SessionKeyParts, string]>([
    [{ agentId: 'main', kind: 'cron', job: 'j1' }, 'agent:main:cron:j1'],
    [{ agentId: 'main', kind: 'cron', job: 'j1', run: 'r1' }, 'agent:main:cron:j1:run:r1'],
    [{ agentId: 'main', kind: 'hook', id: 'h1' }, 'agent:main:hook:h1'],
    [{ agentId: 'main', kind: 'subagent', id: 's1' }, 'agent:main:subagent:s1'],
    [{ agentId: 'main', kind: 'node', id: 'n1' }, 'agent:main:node-n1'],
    [{ agentId: 'main', kind: 'named', rest: 'openai-user:bob' }, 'agent:main:openai-user:bob'],
  ])('writes and reads %j', (made, key) => {
    expect(formatSessionKey(made)).toBe(key)
    expect(parseSessionKey(key)).toEqual(made)
  })

  it('is the one session where the scope is global', () => {
    expect(conversationKey('ops', directChat(''), rules({ scope: 'global' }))).toBe('global')
  })

  it('refuses who does not say who they are, except where all direct chats are one', () => {
    for (const dmScope of DM_SCOPES) {
      const expected = dmScope === 'main' ? 'agent:main:main' : null
      expect(conversationKey('main', directChat('  '), rules({ dmScope })), dmScope).toBe(expected)
    }
    expect(
      conversationKey('main', { channel: 'irc', kind: 'group', peerId: '' }, rules({ dmScope: 'main' })),
    ).toBeNull()
    expect(conversationKey('main', directChat('42', { channel: ' ' }), rules({ dmScope: 'per-peer' }))).toBeNull()
  })

  it('knows a person by all linked ids, with or without the channel, whatever the case', () => {
    const linked = rules({ dmScope: 'per-peer', identityLinks: { Alice: ['telegram:42', ' U7 '] } })
    expect(conversationKey('main', directChat('42'), linked)).toBe('agent:main:direct:alice')
    expect(conversationKey('main', directChat('u7', { channel: 'slack' }), linked)).toBe('agent:main:direct:alice')
    expect(conversationKey('main', directChat('42', { channel: 'irc' }), linked)).toBe('agent:main:direct:42')
  })

  it('does not let somebody who calls themselves by a linked name into that conversation', () => {
    const linked = rules({ dmScope: 'per-peer', identityLinks: { alice: ['telegram:42'] } })
    const stranger = conversationKey('main', directChat('alice', { channel: 'irc' }), linked)
    expect(stranger).not.toBe(conversationKey('main', directChat('42'), linked))
    expect(parseSessionKey(stranger as string)).toMatchObject({ kind: 'direct', peer: 'alice', isNamesake: true })
  })

  it('does not link groups', () => {
    const linked = rules({ identityLinks: { alice: ['42'] } })
    expect(conversationKey('main', { channel: 'irc', kind: 'group', peerId: '42' }, linked)).toBe(
      'agent:main:irc:group:42',
    )
  })

  it('has no key for an empty id', () => {
    expect(() => formatSessionKey({ agentId: 'main', kind: 'hook', id: '' })).toThrow(RangeError)
    expect(() => formatSessionKey({ agentId: 'main', kind: 'node', id: '' })).toThrow(RangeError)
  })

  it('reads back what was written', () => {
    fc.assert(
      fc.property(parts, (made) => {
        expect(parseSessionKey(formatSessionKey(made))).toEqual(made)
      }),
    )
  })

  it('writes what is canonical already', () => {
    fc.assert(
      fc.property(parts, (made) => {
        const key = formatSessionKey(made)
        expect(canonicalKey(key, SPACE)).toBe(key)
      }),
    )
  })

  it('writes the same key again for any canonical key', () => {
    const words = fc.constantFrom(
      'agent',
      'main',
      'direct',
      'dm',
      'group',
      'thread',
      'cron',
      'run',
      'hook',
      'node-',
      'x',
      '%3a',
    )
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 6 }), (spoken) => {
        const key = canonicalKey(spoken.join(':'), SPACE) as string
        const read = parseSessionKey(key)
        if (read !== null) expect(formatSessionKey(read)).toBe(key)
      }),
    )
  })

  it('gives two different chats two keys', () => {
    const chat: fc.Arbitrary<Chat> = fc
      .record({
        channel: fc.constantFrom('telegram', 'irc', 'direct'),
        accountId: fc.constantFrom('default', 'work', 'group', 'a:b'),
        kind: fc.constantFrom('direct' as const, 'group' as const, 'channel' as const),
        peerId: id,
        branch,
      })
      .map((made) => JSON.parse(JSON.stringify(made)) as Chat)
    const apart = rules({ dmScope: 'per-account-channel-peer' })
    fc.assert(
      fc.property(chat, chat, (one, other) => {
        const first = conversationKey('main', one, apart)
        expect(conversationKey('main', one, apart)).toBe(first)
        if (first === null || facts(one) === facts(other)) return
        expect(conversationKey('main', other, apart)).not.toBe(first)
      }),
    )
  })
})

/** What tells chats apart: the account only of direct ones, and a branch only if it has an id. */
function facts({ channel, accountId, kind, peerId, branch: part }: Chat): string {
  const shownBranch = part === undefined || part.id.trim() === '' ? null : [part.kind, part.id]
  return JSON.stringify([channel, kind === 'direct' ? accountId : null, kind, peerId, shownBranch])
}
