import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { IrcChannel } from '../../src/adapters/channel-irc/irc-channel.js'
import { readIrcSettings } from '../../src/adapters/channel-irc/irc-settings.js'
import { type Pace, USUAL_PACE } from '../../src/adapters/channel-irc/outbound-lane.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import type { InboundMessage } from '../../src/application/ports/channel.js'
import type { ChannelAccount } from '../../src/domain/config/resolve-channel-account.js'
import { CountedClock } from '../doubles/counted-clock.js'
import { IrcPerson } from '../doubles/irc-person.js'
import { Ngircd, ngircdProgram } from '../doubles/ngircd.js'

const PASSWORD = 'open-sesame'
const QUICK: Pace = { burst: 200, everyMs: 1 }
const PATIENT = { timeout: 8_000, interval: 5 }

const program = ngircdProgram()
if (program === null) {
  console.info('skipped: IRC against a real server; `ngircd` is not installed (apt-get install ngircd)')
}

describe.skipIf(program === null)('IrcChannel on ngIRCd', { timeout: 20_000 }, () => {
  let server: Ngircd
  const takenDown: (() => Promise<void> | void)[] = []

  beforeAll(async () => {
    server = await Ngircd.start(program ?? 'ngircd', PASSWORD)
  })
  afterEach(async () => {
    for (const down of takenDown.splice(0).reverse()) await down()
  })
  afterAll(async () => {
    await server.dispose()
  })

  it('talks with two people, in a channel and directly', async () => {
    const { channel, heard } = await account({ channels: ['#Lounge'] })
    const ann = await person('ann')
    const bob = await person('bob')
    for (const one of [ann, bob]) {
      one.write('JOIN #lounge')
      await one.sees(/ 366 /u)
    }
    await vi.waitFor(() => expect(channel.status().facts?.channels).toBe('#Lounge'), PATIENT)
    ann.write('PRIVMSG #lounge :hello everybody')
    await vi.waitFor(() => expect(heard).toHaveLength(1), PATIENT)
    bob.write('PRIVMSG #lounge :mayros, are you there?')
    await vi.waitFor(() => expect(heard).toHaveLength(2), PATIENT)
    ann.write('PRIVMSG mayros :and between us?')
    await vi.waitFor(() => expect(heard).toHaveLength(3), PATIENT)
    expect(
      heard.map(({ place, sender, mention, text }) => [place.kind, place.chatId, sender.id, mention, text]),
    ).toEqual([
      ['channel', '#lounge', 'ann', 'none', 'hello everybody'],
      ['channel', '#lounge', 'bob', 'us', 'are you there?'],
      ['direct', 'ann', 'ann', 'none', 'and between us?'],
    ])
    expect(heard[0]?.sender.aliases?.[0]).toMatch(/^ann!~ann@/)

    await channel.send({ place: place(heard, 1), text: 'I am **here**' }, unaborted())
    await channel.send({ place: place(heard, 2), text: 'yes' }, unaborted())
    await ann.sees(/PRIVMSG ann :yes/u)
    await bob.sees(/PRIVMSG #Lounge :I am \p{Cc}here\p{Cc}$/u)
    expect(bob.lines.join('\n')).not.toContain('PRIVMSG ann')
    await expect(
      channel.send({ place: channel.placeOf('nobody') ?? place([], 0), text: 'hi' }, unaborted()),
    ).rejects.toMatchObject({ code: 'not-found' })
    expect(await channel.probe(unaborted())).toMatchObject({ ok: true, self: 'mayros' })
  })

  it('comes back when the server is restarted', async () => {
    const { channel, heard } = await account({ channels: ['#lounge'] })
    await server.end()
    await vi.waitFor(() => expect(channel.status()).toMatchObject({ connected: false, running: true }), PATIENT)
    await server.begin()
    await vi.waitFor(() => expect(channel.status()).toMatchObject({ connected: true }), PATIENT)
    await vi.waitFor(() => expect(channel.status().facts?.channels).toBe('#lounge'), PATIENT)
    const ann = await person('ann')
    ann.write('PRIVMSG mayros :still you?')
    await vi.waitFor(() => expect(heard.map(({ text }) => text)).toEqual(['still you?']), PATIENT)
  })

  it('cuts long answers between words and never inside a character, and no line is cut by the server', async () => {
    const { channel } = await account({ nick: 'mayrosbot' })
    const ann = await person('ann')
    const word = (at: number) => ['größer', '日本語', '👩‍👩‍👧‍👦', 'e\u0301tude', 'plain'][at % 5] ?? ''
    const words = Array.from({ length: 200 }, (_, at) => `${word(at)}${at}`)
    const family = '👩‍👩‍👧‍👦'.repeat(40)
    await channel.send({ place: channel.placeOf('ann') ?? place([], 0), text: words.join(' ') }, unaborted())
    await channel.send({ place: channel.placeOf('ann') ?? place([], 0), text: family }, unaborted())
    await channel.send({ place: channel.placeOf('ann') ?? place([], 0), text: 'the end' }, unaborted())
    await ann.sees(/the end/u)
    const heard = ann.heardFrom('mayrosbot', 'ann').slice(0, -1)
    const decoder = new TextDecoder('utf-8', { fatal: true })
    const texts = heard.map((bytes) => decoder.decode(bytes))
    const families = texts.filter((text) => !text.includes(' '))
    expect(
      texts
        .filter((text) => text.includes(' '))
        .join(' ')
        .split(' '),
    ).toEqual(words)
    expect(families.join('')).toBe(family)
    for (const text of families) expect(text.replaceAll('👩‍👩‍👧‍👦', '')).toBe('')
    expect(ann.lines.every((line) => line.length <= 510)).toBe(true)
  })

  it('is in time with the limits of the server: nothing is lost and nobody is thrown out', async () => {
    const { channel } = await account({}, { ...USUAL_PACE, everyMs: 400 })
    const ann = await person('ann')
    const lines = Array.from({ length: 12 }, (_, at) => `line ${at + 1}`)
    const startedAt = performance.now()
    await channel.send({ place: channel.placeOf('ann') ?? place([], 0), text: lines.join('\n') }, unaborted())
    expect(performance.now() - startedAt).toBeGreaterThan((lines.length - USUAL_PACE.burst) * 390)
    await ann.sees(/line 12/u)
    expect(ann.heardFrom('mayros', 'ann').map(String)).toEqual(lines)
    expect(channel.status()).toMatchObject({ connected: true })
  })

  it('is told by its status when the password is wrong', async () => {
    const { channel } = await account({ password: 'wrong' }, QUICK, { connected: false })
    await vi.waitFor(() => expect(channel.status()).toMatchObject({ connected: false, lastErrorCode: 'auth' }), PATIENT)
  })

  it('gets in beside somebody of the same name, and takes the name when it is free', async () => {
    const squatter = await person('mayrosbot')
    const { channel } = await account({ nick: 'mayrosbot', channels: ['#lounge'] })
    expect(channel.status().self).toBe('mayrosbo_')
    squatter.write('JOIN #lounge')
    await squatter.sees(/ 366 /u)
    await vi.waitFor(() => expect(channel.status().facts?.channels).toBe('#lounge'), PATIENT)
    squatter.write('NICK other')
    await vi.waitFor(() => expect(channel.status().self).toBe('mayrosbot'), PATIENT)
  })

  async function account(
    fields: Partial<ChannelAccount<'irc'>> = {},
    pace = QUICK,
    { connected }: { connected: boolean } = { connected: true },
  ) {
    const heard: InboundMessage[] = []
    const written = { accountId: 'default', host: '127.0.0.1', port: server.port, tls: false, nick: 'mayros' }
    const read = readIrcSettings({ ...written, password: PASSWORD, ...fields } as ChannelAccount<'irc'>, {})
    const channel = new IrcChannel(
      { accountId: 'default', enabled: true, read, patterns: [], pace },
      { clock: new CountedClock(), log: new MemoryLog(), random: () => 0 },
    )
    takenDown.push(() => channel.stop())
    await channel.start({
      received: async (message) => {
        heard.push(message)
      },
      moved: async () => undefined,
      changed: () => undefined,
    })
    if (connected) await vi.waitFor(() => expect(channel.status()).toMatchObject({ connected: true }), PATIENT)
    return { channel, heard }
  }

  async function person(nick: string): Promise<IrcPerson> {
    const one = await IrcPerson.join(server.port, nick, PASSWORD)
    takenDown.push(() => one.leave())
    return one
  }
})

function place(heard: readonly InboundMessage[], at: number) {
  const message = heard[at]
  if (message === undefined) throw new Error(`there is no message ${at}`)
  return message.place
}

function unaborted(): AbortSignal {
  return new AbortController().signal
}
