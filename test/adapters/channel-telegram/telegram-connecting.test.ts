import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TelegramChannel } from '../../../src/adapters/channel-telegram/telegram-channel.js'
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { until } from '../../contracts/kit/waiting.js'
import { refused } from '../../doubles/telegram-bot-api/bot-api-double.js'
import { Listener, onTelegram, telegramAccount } from '../../doubles/telegram-bot-api/telegram-stage.js'

const signal = () => new AbortController().signal

describe('connecting to Telegram', () => {
  it('says what to do about a refused token, and does not hammer', () =>
    onTelegram({ botToken: '1:wrong' }, async ({ channel, telegram, listener }) => {
      await channel.start(listener)
      await until('the refusal', () => channel.status().lastError !== undefined)
      expect(channel.status()).toMatchObject({ running: true, lastErrorCode: 'auth' })
      expect(channel.status().lastError).toContain('channels.telegram.botToken')
      expect(channel.status().nextAttemptAt).toBeGreaterThan(Date.now() + 300_000)
      expect(telegram.calls).toHaveLength(1)
    }))

  it('tells of another program that fetches the messages, and goes on trying', () =>
    onTelegram({}, async ({ channel, telegram, listener }) => {
      telegram.faultOf = (method) => (method === 'getUpdates' ? refused(409, 'Conflict: terminated') : null)
      await channel.start(listener)
      await until('two attempts', () => (channel.status().reconnectAttempts ?? 0) > 1)
      expect(channel.status().lastError).toContain('another program')
      telegram.faultOf = () => null
      await until('the connection', () => channel.status().connected)
      expect(channel.status()).toMatchObject({ self: '@TesterBot', facts: { mode: 'polling' } })
      expect(channel.status().lastError).toBeUndefined()
    }))

  it('reads the token from a file, and TELEGRAM_BOT_TOKEN only for the default account', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'telegram-'))
    try {
      const tokenFile = join(folder, 'token')
      await writeFile(tokenFile, '4711:s3cret-of-the-bot\n')
      await onTelegram({}, async ({ telegram }) => {
        const make = (accountId: string, settings: object, environment: Record<string, string>) =>
          new TelegramChannel(telegramAccount({ accountId, apiRoot: telegram.url, ...settings }), {
            clock: new SystemClock(),
            log: new MemoryLog(),
            environment,
            stateDir: folder,
            random: Math.random,
          })
        const variable = { TELEGRAM_BOT_TOKEN: telegram.token }
        expect(await make('main', { tokenFile }, {}).probe(signal())).toMatchObject({ ok: true, self: '@TesterBot' })
        expect(await make('default', {}, variable).probe(signal())).toMatchObject({ ok: true })
        expect(make('main', {}, variable).status().configured).toBe(false)
        const missing = await make('main', { tokenFile: join(folder, 'none') }, {}).probe(signal())
        expect(missing.error).toContain('tokenFile cannot be read')
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('sets the menu of commands', () =>
    onTelegram({ customCommands: [{ command: 'backup', description: 'Saves all.' }] }, async (stage) => {
      await stage.channel.start(stage.listener)
      await until('the connection', () => stage.channel.status().connected)
      const menu = stage.telegram.calls.find(({ method }) => method === 'setMyCommands')?.fields.commands
      expect(menu).toContainEqual({ command: 'backup', description: 'Saves all.' })
    }))

  it('passes over what it cannot read, and says so', () =>
    onTelegram({}, async ({ channel, telegram, listener, log }) => {
      await channel.start(listener)
      telegram.say(101, 'of an unknown shape', { entities: 7 as unknown as [] })
      telegram.say(101, 'after it')
      await until('what comes after', () => listener.heard.length > 0)
      expect(listener.texts).toEqual(['after it'])
      expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    }))

  it('fetches media on demand, up to a size', () =>
    onTelegram({}, async ({ channel, telegram, listener }) => {
      telegram.files.set('documents/f1', Buffer.from('hello'))
      await channel.start(listener)
      telegram.tell({
        chat: { id: 101, type: 'private', first_name: 'Ann' },
        from: { id: 101, is_bot: false, first_name: 'Ann' },
        document: { file_id: 'f1', file_unique_id: 'u', mime_type: 'text/plain' },
      })
      await until('the message', () => listener.heard.length > 0)
      const file = listener.heard[0]?.media?.[0]
      expect(Buffer.from((await file?.load(5, signal())) ?? []).toString()).toBe('hello')
      await expect(file?.load(4, signal())).rejects.toMatchObject({ code: 'too-large' })
      telegram.files.clear()
      await expect(file?.load(5, signal())).rejects.toMatchObject({ name: 'TelegramRefusal' })
    }))

  it('goes through a proxy', async () => {
    const asked: string[] = []
    const proxy = createServer().on('connect', (request, client) => {
      asked.push(`${request.headers['proxy-authorization']}`)
      const [host = '', port] = (request.url ?? '').split(':')
      const there = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n')
        there.pipe(client).pipe(there)
      })
      there.on('error', () => client.destroy())
      client.on('error', () => there.destroy())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    try {
      await onTelegram({ proxy: `http://me:pass@127.0.0.1:${port}` }, async ({ channel }) => {
        expect(await channel.probe(signal())).toMatchObject({ ok: true })
        expect(asked).toEqual([`Basic ${Buffer.from('me:pass').toString('base64')}`])
      })
      await onTelegram({ proxy: 'socks5://me:pass@127.0.0.1' }, async ({ channel }) => {
        const { ok, error } = await channel.probe(signal())
        expect(ok).toBe(false)
        expect(error).toContain('channels.telegram.proxy')
        expect(error).not.toContain('pass@')
      })
    } finally {
      proxy.close()
    }
  })
})

describe('being called by Telegram', () => {
  const webhook = { webhookUrl: 'https://bot.example/in', webhookSecret: 'right-1' }

  it('takes what carries the secret, and nothing else', () =>
    onTelegram(webhook, async ({ channel, telegram, listener }) => {
      expect(channel.httpPaths).toEqual(['/in'])
      await channel.start(listener)
      await until('the connection', () => channel.status().connected)
      expect(telegram.webhook).toMatchObject({ url: 'https://bot.example/in', secret_token: 'right-1' })
      const ask = async (request: Request) => (await channel.handle(request)).status
      expect(await ask(telegram.requestOf({ update_id: 1 }, 'wrong'))).toBe(401)
      expect(await ask(telegram.requestOf({ update_id: 1 }, ''))).toBe(401)
      expect(await ask(telegram.requestOf('no update'))).toBe(400)
      expect(await ask(new Request('https://bot.example/in'))).toBe(405)
      expect(await ask(new Request('https://bot.example/other', { method: 'POST' }))).toBe(404)
      expect(await ask(telegram.requestOf('x'.repeat(2_000_000)))).toBe(413)
      telegram.say(101, 'hello')
      await telegram.bringAll((request) => channel.handle(request))
      expect(listener.texts).toEqual(['hello'])
      await channel.stop()
      expect(await ask(telegram.requestOf({ update_id: 2 }))).toBe(503)
    }))

  it('listens on a port of its own where one is configured', () =>
    onTelegram({ ...webhook, webhookPort: 0 }, async ({ channel, telegram, listener }) => {
      expect(channel.httpPaths).toBeUndefined()
      await channel.start(listener)
      await until('the connection', () => channel.status().connected)
      const address = `http://127.0.0.1:${channel.status().facts?.port}/in`
      telegram.say(101, 'hello')
      await telegram.bringAll((request) => fetch(new Request(address, request)))
      expect(listener.texts).toEqual(['hello'])
      await channel.stop()
      await expect(fetch(address)).rejects.toThrow()
    }))

  it('lets nothing of a chat overtake what was refused', () =>
    onTelegram(webhook, async ({ channel, telegram, listener }) => {
      await channel.start(listener)
      await until('the connection', () => channel.status().connected)
      const chat = { id: 101, type: 'private', first_name: 'Ann' } as const
      const bring = async (id: number) => {
        const message = { message_id: id, date: 1, chat, from: { ...chat, is_bot: false }, text: `number ${id}` }
        return (await channel.handle(telegram.requestOf({ update_id: id, message }))).status
      }
      listener.keeps = () => false
      expect(await bring(1)).toBe(503)
      listener.keeps = () => true
      expect(await bring(2)).toBe(503)
      expect(await bring(1)).toBe(200)
      expect(await bring(2)).toBe(200)
      expect(await bring(1)).toBe(200)
      expect(listener.texts).toEqual(['number 1', 'number 2'])
    }))

  it('tells by a probe that somebody else has taken the messages', () =>
    onTelegram(webhook, async ({ channel, telegram }) => {
      telegram.webhook = { url: 'https://other.example' }
      expect((await channel.probe(signal())).error).toContain('another address')
    }))

  it('tells of a port that is taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    try {
      await onTelegram({ ...webhook, webhookPort: port }, async ({ channel }) => {
        await channel.start(new Listener())
        await until('the failure', () => channel.status().lastError !== undefined)
        expect(channel.status().lastError).toContain('webhookPort')
      })
    } finally {
      taken.close()
    }
  })
})
