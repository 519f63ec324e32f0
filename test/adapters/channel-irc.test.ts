import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { IrcChannel } from '../../src/adapters/channel-irc/irc-channel.js'
import { ircChannelFactory } from '../../src/adapters/channel-irc/irc-channel-factory.js'
import { readIrcSettings } from '../../src/adapters/channel-irc/irc-settings.js'
import type { Pace } from '../../src/adapters/channel-irc/outbound-lane.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { ChannelFailure, type ChannelReceiver, type InboundMessage } from '../../src/application/ports/channel.js'
import type { ChannelAccount } from '../../src/domain/config/resolve-channel-account.js'
import { channelContract } from '../contracts/channel.contract.js'
import { CertificateAuthority } from '../doubles/certificate-authority.js'
import { CountedClock } from '../doubles/counted-clock.js'
import { IrcServer, type IrcServerOptions } from '../doubles/irc-server.js'

const SECRET = 'correct horse battery'
const QUICK: Pace = { burst: 100, everyMs: 1 }

channelContract(
  { describe, it },
  {
    name: 'irc',
    hasNetwork: true,
    secrets: [SECRET],
    create: async (situation, accountId) => {
      const server = await new IrcServer({ isSilent: situation === 'silent', password: SECRET }).listen()
      const clock = new CountedClock()
      const account = accountOf({ port: server.port, password: SECRET }, accountId)
      const { host: _, ...without } = account
      if (situation === 'unreachable') await server.stop()
      const channel = ircChannelFactory(situation === 'unconfigured' ? without : account, surroundings(clock))
      return {
        channel,
        isIdle: () => server.connections === 0 && clock.waiting === 0,
        dispose: () => server.stop(),
        network: {
          write: async (senderId, text) => server.say(senderId, text),
          shownTo: (senderId) => server.shownTo(senderId),
          targetOf: (senderId) => senderId,
          break: () => server.stop(),
          mend: async () => {
            await server.listen()
          },
        },
      }
    },
  },
)

describe('IrcChannel', () => {
  const takenDown: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const down of takenDown.splice(0).reverse()) await down()
  })

  it('logs in before it is let in, and does not go in when the login is refused', async () => {
    const sasl = { account: 'mayros', password: SECRET }
    const right = await meet({ server: { sasl }, account: { nickserv: { password: SECRET } } })
    await vi.waitFor(() =>
      expect(right.channel.status()).toMatchObject({ connected: true, facts: { identified: true } }),
    )
    expect(right.server.shownTo('NickServ')).toEqual([])

    const wrong = await meet({ server: { sasl }, account: { nickserv: { password: 'guessed' } } })
    await vi.waitFor(() => expect(wrong.channel.status().lastErrorCode).toBe('auth'))
    const { nextAttemptAt = 0, lastError } = wrong.channel.status()
    expect(nextAttemptAt - Date.now()).toBeGreaterThan(100_000)
    expect(lastError).toContain('channels.irc.nickserv.password')
  })

  it('logs in with NickServ where there is no other login, and registers when it may', async () => {
    const nickserv = { password: SECRET, register: true, registerEmail: 'bot@example.org' }
    const { server, channel } = await meet({ account: { nickserv } })
    await vi.waitFor(() => expect(server.shownTo('NickServ')).toEqual([`IDENTIFY ${SECRET}`]))
    server.say('NickServ', "Your nickname isn't registered.", { command: 'NOTICE' })
    await vi.waitFor(() => expect(server.shownTo('NickServ')).toContain(`REGISTER ${SECRET} bot@example.org`))
    server.say('mallory', 'You are now identified', { command: 'NOTICE' })
    server.say('NickServ', 'You are now identified', { command: 'NOTICE' })
    await vi.waitFor(() => expect(channel.status().facts?.identified).toBe(true))
  })

  it.each([
    ['464 * :Password incorrect', 'auth'],
    ['465 * :You are banned from this server', 'forbidden'],
  ])('does not knock again soon after %s', async (refusal, code) => {
    const { channel } = await meet({ server: { refusal } })
    await vi.waitFor(() => expect(channel.status()).toMatchObject({ running: true, lastErrorCode: code }))
    expect((channel.status().nextAttemptAt ?? 0) - Date.now()).toBeGreaterThan(100_000)
  })

  it('comes in under another nick while its own is taken, and takes it when it becomes free', async () => {
    const { server, channel } = await meet({ server: { takenNicks: ['mayros'] } })
    await vi.waitFor(() => expect(channel.status().self).toBe('mayros_'))
    server.freeNick('mayros')
    server.line(':mayros!x@example.org QUIT :bye')
    await vi.waitFor(() => expect(channel.status().self).toBe('mayros'))
  })

  it('reads what is said in channels: who, where, when, and whether it is meant', async () => {
    const { server, heard, connected } = await meet({
      server: { caps: ['message-tags', 'server-time', 'account-tag'] },
      account: { channels: ['#Room'], mentionPatterns: ['\\bbot\\b'] },
    })
    await connected()
    server.say('Ann', 'mayros: hello', {
      target: '#Room',
      tags: 'msgid=m1;time=2026-01-02T03:04:05.000Z;account=ann',
    })
    server.say('Ann', 'mayrosity is no word', { target: '#Room' })
    server.say('Ann', 'hey \u000304,05Mayros\u000F!', { target: '#Room' })
    server.say('Ann', 'is there a bot?', { target: '#Room' })
    server.say('Ann', '\u0001ACTION waves at mayros\u0001', { target: '#Room' })
    await vi.waitFor(() => expect(heard).toHaveLength(5))
    expect(heard[0]).toEqual({
      messageId: 'm1',
      place: { kind: 'channel', chatId: '#room' },
      sender: { id: 'ann', name: 'Ann', aliases: ['Ann!Ann@example.org', 'account:ann'] },
      text: 'hello',
      sentAt: Date.parse('2026-01-02T03:04:05Z'),
      mention: 'us',
      chatName: '#Room',
    })
    expect(heard.map(({ mention }) => mention)).toEqual(['us', 'none', 'us', 'us', 'us'])
    expect(heard.map(({ text }) => text).slice(2)).toEqual(['hey Mayros!', 'is there a bot?', '* Ann waves at mayros'])
  })

  it('answers neither notices nor questions of clients nor itself nor what is said to operators only', async () => {
    const { server, heard, connected } = await meet({ account: { channels: ['#room'] } })
    await connected()
    server.say('ann', 'automatic', { command: 'NOTICE' })
    server.say('ann', '\u0001VERSION\u0001')
    server.say('MAYROS', 'my own words', { target: '#room' })
    server.say('ann', 'between us', { target: '@#room' })
    server.line(':irc.test PRIVMSG mayros :a server speaks')
    server.say('ann', 'heard')
    await vi.waitFor(() => expect(heard.map(({ text }) => text)).toContain('heard'))
    expect(heard).toHaveLength(1)
    expect(server.heard.filter((line) => line.startsWith('NOTICE'))).toEqual([])
  })

  it('tells two equal texts apart', async () => {
    const { server, heard, connected } = await meet()
    await connected()
    server.say('ann', 'yes')
    server.say('ann', 'yes')
    await vi.waitFor(() => expect(heard).toHaveLength(2))
    expect(heard[0]?.messageId).not.toBe(heard[1]?.messageId)
  })

  it('sends lines that nobody can turn into commands', async () => {
    const { server, channel, connected } = await meet()
    await connected()
    const text = 'one\r\nQUIT :two\nthree\u0000\u0001ACTION x\u0001'
    await channel.send({ place: { kind: 'direct', chatId: 'ann' }, text }, unaborted())
    expect(server.shownTo('ann')).toEqual(['one', 'QUIT :two', 'threeACTION x'])
    for (const chatId of ['ann,bob', 'ann :x', '$*.test', 'ann\r\nQUIT', '']) {
      const sending = channel.send({ place: { kind: 'direct', chatId }, text: 'hi' }, unaborted())
      await expect(sending).rejects.toMatchObject({ code: 'invalid' })
    }
    expect(server.heard.filter((line) => line.startsWith('QUIT'))).toEqual([])
  })

  it('says why the network did not take a message', async () => {
    const { server, channel, connected } = await meet({ account: { channels: ['#room'] } })
    await connected()
    server.refuseSpeechTo('#room', '404 mayros #room :Cannot send to channel')
    server.refuseSpeechTo('ghost', '401 mayros ghost :No such nick')
    const say = (target: string) =>
      channel.send({ place: channel.placeOf(target) ?? fail(), text: 'hello' }, unaborted())
    await expect(say('#room')).rejects.toMatchObject({ code: 'forbidden', retryable: false })
    await expect(say('ghost')).rejects.toMatchObject({ code: 'not-found' })
    await expect(say('ann')).resolves.toEqual({ messageId: '', ids: { chatId: 'ann' } })
    const withMedia = { kind: 'image', mimeType: 'image/png', fileName: 'a.png', bytes: new Uint8Array() } as const
    const sending = channel.send({ place: { kind: 'direct', chatId: 'ann' }, text: '', media: withMedia }, unaborted())
    await expect(sending).rejects.toBeInstanceOf(ChannelFailure)
  })

  it('joins with keys, tells where it could not, and enters on invitation only what it was told to', async () => {
    const { server, channel, connected } = await meet({ account: { channels: ['#open', '#locked key', 'nonsense'] } })
    await connected()
    await vi.waitFor(() => expect(server.heard).toContain('JOIN #locked,#open key'))
    await vi.waitFor(() => expect(channel.status().facts?.channels).toBe('#open, #locked'))
    server.line(':op!op@example.org KICK #open mayros :out')
    await vi.waitFor(() =>
      expect(channel.status().facts).toMatchObject({ channels: '#locked', notJoined: '#open (kicked)' }),
    )
    server.line(':op!op@example.org INVITE mayros #trap')
    server.line(':op!op@example.org INVITE mayros #open')
    await vi.waitFor(() => expect(channel.status().facts?.channels).toBe('#open, #locked'))
    expect(server.heard.filter((line) => line.startsWith('JOIN'))).toEqual(['JOIN #locked,#open key', 'JOIN #open'])
  })

  it('outlives lines that make no sense', async () => {
    const { server, heard, connected } = await meet()
    await connected()
    for (const line of ['PRIVMSG', ':x!y@z PRIVMSG', 'CAP', ':irc.test CAP * ACK :sasl', '@', ':', 'BATCH', '433']) {
      server.line(line)
    }
    server.say('ann', 'still there?')
    await vi.waitFor(() => expect(heard.map(({ text }) => text)).toEqual(['still there?']))
  })

  it('speaks TLS with servers it can trust, and with no others', async () => {
    const authority = new CertificateAuthority()
    const { cert, key } = authority.issue()
    const trusting = await meet({ server: { tls: { cert, key } }, account: { tls: true }, trusted: authority.cert })
    await trusting.connected()
    const doubting = await meet({ server: { tls: { cert, key } }, account: { tls: true } })
    await vi.waitFor(() => expect(doubting.channel.status().lastError).toMatch(/certificate/))
    const plain = await meet({ server: { greeting: ':irc.test NOTICE * :hello' }, account: { tls: true } })
    await vi.waitFor(() => expect(plain.channel.status().lastError).toMatch(/does not speak TLS/))
  })

  it('reads secrets from files, and names the setting when there is none', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mayros-irc-'))
    takenDown.push(() => rm(directory, { recursive: true }))
    const passwordFile = join(directory, 'password')
    const missing = await meet({ server: { password: SECRET }, account: { passwordFile } })
    await vi.waitFor(() => expect(missing.channel.status()).toMatchObject({ lastErrorCode: 'auth' }))
    expect(missing.channel.status().lastError).toContain('channels.irc.passwordFile')
    await writeFile(passwordFile, `${SECRET}\n`)
    const found = await meet({ server: { password: SECRET }, account: { passwordFile } })
    await found.connected()
  })

  it('takes the environment for the default account only', async () => {
    const environment = { IRC_HOST: 'irc.example.org', IRC_NICK: 'bot', IRC_PASSWORD: SECRET, IRC_CHANNELS: '#a, #b' }
    const { host: _, nick: __, ...bare } = accountOf({})
    const read = readIrcSettings(bare, environment)
    expect(read).toMatchObject({
      settings: {
        host: 'irc.example.org',
        nick: 'bot',
        password: { text: SECRET },
        rooms: [{ name: '#a' }, { name: '#b' }],
      },
    })
    expect(readIrcSettings({ ...bare, accountId: 'work' }, environment)).toEqual({
      kind: 'incomplete',
      problem: 'set channels.irc.accounts.work.host and channels.irc.accounts.work.nick',
    })
  })

  it('reads allow-lists as people write them', async () => {
    const { channel } = await meet()
    const sender = { id: 'ann', name: 'Ann', aliases: ['Ann!~a@host.example.org', 'account:annie'] }
    for (const entry of ['ANN', '@ann', 'irc:ann', 'Ann!~a@host.example.org', '*!*@*.example.org', 'account:annie']) {
      expect(channel.isSender(entry, sender), entry).toBe(true)
    }
    for (const entry of ['an', 'annie', '*', '', 'account:ann', 'ann!*@example.org', '*!*@host']) {
      expect(channel.isSender(entry, sender), entry).toBe(false)
    }
    expect(channel.placeOf('#Room')).toEqual({ kind: 'channel', chatId: '#room' })
    expect(channel.placeOf('user:Ann')).toEqual({ kind: 'direct', chatId: 'ann' })
    for (const nonsense of ['#', '@', 'a b', 'a,b', 'user:#room', 'channel:ann', '$*']) {
      expect(channel.placeOf(nonsense), nonsense).toBeNull()
    }
  })

  /** An account that has been started on a server of its own. */
  async function meet({ server: options = {}, account: fields = {}, trusted }: Meeting = {}) {
    const server = await new IrcServer(options).listen()
    const account = accountOf({ port: server.port, ...fields })
    const heard: InboundMessage[] = []
    const receiver: ChannelReceiver = {
      received: async (message) => {
        heard.push(message)
      },
      moved: async () => undefined,
      changed: () => undefined,
    }
    const settings = readIrcSettings(account, {})
    const channel = new IrcChannel(
      {
        accountId: account.accountId,
        enabled: true,
        read: settings,
        patterns: (account.mentionPatterns ?? []).map((source) => new RegExp(source, 'iu')),
        pace: QUICK,
        ...(trusted === undefined ? {} : { trusted }),
      },
      surroundings(new CountedClock()),
    )
    takenDown.push(async () => {
      await channel.stop()
      await server.stop()
    })
    await channel.start(receiver)
    const connected = () =>
      vi.waitFor(() => expect(channel.status(), JSON.stringify(channel.status())).toMatchObject({ connected: true }))
    return { server, channel, heard, connected }
  }
})

interface Meeting {
  readonly server?: IrcServerOptions
  readonly account?: Partial<ChannelAccount<'irc'>>
  readonly trusted?: string
}

function accountOf(fields: Partial<ChannelAccount<'irc'>>, accountId = 'default'): ChannelAccount<'irc'> {
  return { accountId, enabled: true, host: '127.0.0.1', nick: 'mayros', tls: false, ...fields } as ChannelAccount<'irc'>
}

function surroundings(clock: CountedClock) {
  return { clock, log: new MemoryLog(), environment: {}, stateDir: '/nonexistent', random: () => 0 }
}

function unaborted(): AbortSignal {
  return new AbortController().signal
}

function fail(): never {
  throw new Error('this is a place')
}
