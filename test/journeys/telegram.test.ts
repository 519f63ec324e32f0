import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BotApiDouble } from '../doubles/telegram-bot-api/bot-api-double.js'
import { CliHome } from './harness/cli-home.js'
import { until } from './harness/until.js'

const ANN = 77

let home: CliHome
let telegram: BotApiDouble

beforeEach(async () => {
  home = new CliHome()
  telegram = await BotApiDouble.open()
})

afterEach(async () => {
  await home.dispose()
  await telegram.close()
})

const heard = () => telegram.shownTo(ANN)

async function configure(more: object = {}, messages: object = {}): Promise<void> {
  const { token: botToken, url: apiRoot } = telegram
  await home.configure({
    gateway: { mode: 'local' },
    channels: { telegram: { botToken, apiRoot, ...more } },
    messages,
  })
}

async function connected(): Promise<void> {
  await until('the bot to connect', async () => (await home.run(['channels', 'status', '--probe'])).code === 0)
}

describe('somebody on Telegram, with a Bot API server of one’s own', () => {
  it('is given a code, is let in with it, and reads the answer while it is written', async () => {
    await configure({ streaming: 'partial' })
    await home.gateway()
    await connected()
    telegram.say(ANN, 'hello')
    await until('the code', () => heard().some((text) => /\b[A-Z0-9]{8}\b/.test(text)))
    const code = /\b[A-Z0-9]{8}\b/.exec(heard().join(' '))?.[0] ?? ''
    const list = await home.run(['pairing', 'list', '--json'])
    expect(JSON.parse(list.stdout).requests).toMatchObject([{ channel: 'telegram', senderId: String(ANN), code }])
    expect(await home.run(['pairing', 'approve', 'telegram', code])).toMatchObject({ code: 0 })

    telegram.say(ANN, '/echo slow 120ms one two three four five six seven eight nine ten')
    await until('the whole answer', () => heard().some((text) => text.includes('nine ten')))
    const edits = telegram.calls.filter(({ method }) => method === 'editMessageText')
    expect(edits.length).toBeGreaterThan(0)
    expect(heard().filter((text) => text.includes('one two'))).toHaveLength(1)
    expect((await home.run(['channels', 'status'])).stdout).not.toContain(telegram.token)
  })

  it('is answered once when the gateway is killed between the message and the answer', async () => {
    await configure({ dmPolicy: 'open', allowFrom: ['*'] }, { inbound: { debounceMs: 2_000 } })
    const first = await home.gateway()
    await connected()
    telegram.say(ANN, 'do not forget me')
    await until('the message to be taken', () => telegram.unconfirmed === 0)
    await first.crash()
    expect(heard()).toEqual([])

    await home.gateway()
    await until('the answer', () => heard().some((text) => text.includes('do not forget me')))
    telegram.say(ANN, 'and now this')
    await until('the next answer', () => heard().some((text) => text.includes('and now this')))
    expect(heard().filter((text) => text.includes('do not forget me'))).toHaveLength(1)
  })

  it('is not lost while its server is away', async () => {
    await configure({ dmPolicy: 'open', allowFrom: ['*'] })
    await home.gateway()
    await connected()
    await telegram.break()
    telegram.say(ANN, 'are you there?')
    const status = await home.run(['channels', 'status', '--probe'])
    expect(status.code).not.toBe(0)
    await telegram.mend()
    await until('the answer', () => heard().some((text) => text.includes('are you there?')))
  })

  it('an address that is none is refused with the key and the fix', async () => {
    await configure({ apiRoot: 'ftp://user:secret-of-the-address@host/' })
    const checked = await home.run(['config', 'validate'])
    expect(checked.code).not.toBe(0)
    expect(checked.stdout + checked.stderr).toContain('channels.telegram.apiRoot')
    expect(checked.stdout + checked.stderr).not.toContain('secret-of-the-address')
  })
})
