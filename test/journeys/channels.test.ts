import { spawn } from 'node:child_process'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { IrcPerson } from '../doubles/irc-person.js'
import { Ngircd, ngircdProgram } from '../doubles/ngircd.js'
import { WebhookProgram } from '../doubles/webhook-program.js'
import { CliHome } from './harness/cli-home.js'
import { until } from './harness/until.js'

const SECRET = 's3cret-of-the-webhook-of-a-journey'
const PASSWORD = 'server-password-of-a-journey'

let home: CliHome
const cleanups: (() => Promise<unknown> | unknown)[] = []

beforeEach(() => {
  home = new CliHome()
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  await home.dispose()
})

/** Messages that were taken and not handed to an agent, as they stand on the disk. */
function undone({ stateDir }: CliHome): number {
  const database = new Database(join(stateDir, 'mayros.db'), { readonly: true })
  try {
    const [row] = database.prepare('SELECT count(*) AS n FROM inbox WHERE entry IS NOT NULL').all() as { n: number }[]
    return row?.n ?? 0
  } finally {
    database.close()
  }
}

const program = ngircdProgram()
if (program === null) console.warn('the journey over IRC is not made: ngircd is not installed')

describe.skipIf(program === null)('somebody on IRC', () => {
  async function meet(messages: object = {}) {
    const server = await Ngircd.start(program ?? '', PASSWORD)
    cleanups.push(() => server.dispose())
    const irc = { host: '127.0.0.1', port: server.port, tls: false, nick: 'mayros', password: PASSWORD }
    await home.configure({ gateway: { mode: 'local' }, channels: { irc }, messages })
    const ann = await IrcPerson.join(server.port, 'ann', PASSWORD)
    cleanups.push(() => ann.leave())
    return { ann, heard: () => ann.heardFrom('mayros', 'ann').map(String), port: server.port }
  }

  async function connected(): Promise<void> {
    await until('the account to connect', async () => (await home.run(['channels', 'status', '--probe'])).code === 0)
  }

  async function isLetIn(ann: IrcPerson, heard: () => readonly string[]): Promise<void> {
    ann.write('PRIVMSG mayros :hello')
    const asked = await until('the code', () => heard().find((line) => /[A-Z0-9]{8}/.test(line)))
    const code = /\b[A-Z0-9]{8}\b/.exec(heard().join(' '))?.[0] ?? asked
    const list = await home.run(['pairing', 'list', '--json'])
    expect(JSON.parse(list.stdout).requests).toMatchObject([{ channel: 'irc', senderId: 'ann', code }])
    expect(await home.run(['pairing', 'approve', 'irc', code])).toMatchObject({ code: 0 })
  }

  it('is given a code, is let in with it, and is answered', async () => {
    const { ann, heard, port } = await meet()
    await home.configure({ gateway: { mode: 'local' } })
    await home.gateway()
    const add = ['channels', 'add', '--channel', 'irc', '--host', '127.0.0.1', '--port', String(port), '--no-tls']
    const more = ['--nick', 'mayros', '--server-password', '-']
    const refused = await home.run([...add, ...more], { input: 'a-wrong-password-of-a-journey\n' })
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was written') })
    const added = await home.run([...add, ...more], { input: `${PASSWORD}\n` })
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('added irc/default') })
    await connected()
    await isLetIn(ann, heard)
    ann.write('PRIVMSG mayros :are you there?')
    await until('the answer', () => heard().some((line) => line.includes('are you there?')))

    const sent = await home.run(['message', 'send', '-t', 'ann', '-m', 'told by an operator', '--json'])
    expect(JSON.parse(sent.stdout)).toMatchObject({ ok: true, channel: 'irc', to: 'ann' })
    await until('what the operator says', () => heard().includes('told by an operator'))
  })

  it('is answered once when the gateway is killed between the message and the answer', async () => {
    const { ann, heard } = await meet({ inbound: { debounceMs: 2_000 } })
    const first = await home.gateway()
    await connected()
    await isLetIn(ann, heard)
    const before = heard().length
    ann.write('PRIVMSG mayros :do not forget me')
    await until('the message to be kept', () => undone(home) === 1)
    await first.crash()
    expect(heard()).toHaveLength(before)

    await home.gateway()
    await until('the answer', () => heard().some((line) => line.includes('do not forget me')))
    ann.write('PRIVMSG mayros :and now this')
    await until('the next answer', () => heard().some((line) => line.includes('and now this')))
    expect(heard().filter((line) => line.includes('do not forget me'))).toHaveLength(1)
    expect(undone(home)).toBe(0)
  })

  it('is answered once when the gateway is killed while it answers', async () => {
    const { ann, heard } = await meet()
    const first = await home.gateway()
    await connected()
    await isLetIn(ann, heard)
    ann.write('PRIVMSG mayros :/echo slow 40ms one two three four five six seven eight nine ten')
    const client = await first.connect()
    await until('the run to begin', async () => {
      const { sessions } = await client.call<{ sessions: { key: string }[] }>('sessions.list', {})
      return sessions.length > 0 && undone(home) === 0
    })
    await first.crash()
    await home.gateway()
    await until('the answer', () => heard().some((line) => line.includes('nine ten')))
    ann.write('PRIVMSG mayros :and now this')
    await until('the next answer', () => heard().some((line) => line.includes('and now this')))
    expect(heard().filter((line) => line.includes('nine ten'))).toHaveLength(1)
  })
})

describe('a program behind a webhook', () => {
  it('as the example in the documentation, talks to the agent', async () => {
    const port = await unusedPort()
    await home.configure({ gateway: { mode: 'local' } })
    const gateway = await home.gateway()
    const url = `http://127.0.0.1:${port}/`
    const added = await home.run(
      ['channels', 'add', '--channel', 'webhook', '--reply-url', url, '--secret', '-', '--no-verify'],
      { input: `${SECRET}\n` },
    )
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('added webhook/default') })
    await home.run(['config', 'set', 'channels.webhook.allowFrom', '["ann"]'])

    const example = spawn(process.execPath, ['docs/examples/webhook-program.mjs'], {
      env: {
        PATH: process.env.PATH ?? '',
        WEBHOOK_SECRET: SECRET,
        GATEWAY: gateway.url.replace('ws', 'http'),
        PORT: String(port),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    cleanups.push(() => example.kill('SIGKILL'))
    let said = ''
    let problems = ''
    example.stdout.on('data', (chunk) => {
      said += chunk
    })
    example.stderr.on('data', (chunk) => {
      problems += chunk
    })
    await until('the program to listen', () => problems.includes('listening'))
    await until('the account to connect', async () => (await home.run(['channels', 'status'])).code === 0)
    example.stdin.write('how are you?\n')
    await until('the answer', () => said.includes('how are you?')).catch((thrown: Error) => {
      throw new Error(`${thrown.message}; the program said: ${problems}`)
    })
    expect(problems).not.toContain('Error')
  })

  it('is told the answer after it was away, and the operator sees that it is', async () => {
    const chat = await WebhookProgram.open(SECRET)
    cleanups.push(() => chat.break())
    await home.configure({
      gateway: { mode: 'local' },
      channels: { webhook: { secret: SECRET, replyUrl: chat.url, dmPolicy: 'open', allowFrom: ['*'] } },
    })
    await home.gateway()
    await until('the account to connect', async () => (await home.run(['channels', 'status'])).code === 0)
    await chat.break()
    const probed = await home.run(['channels', 'status', '--probe', '--json'])
    expect(probed.code).toBe(1)
    const sent = home.start(['message', 'send', '-t', 'ann', '-m', 'as soon as you are back'])
    await chat.mend()
    expect((await sent.exited).stdout).toContain('sent to ann on webhook/default')
    expect(chat.messages.map(({ body }) => body.text)).toEqual(['as soon as you are back'])
  })
})

describe('a channel of a package', () => {
  it.each(['mayros-channel-spool', './channel-package'])('works like any other, found as %s', async (name) => {
    const directory = join(home.path, 'spool')
    const folder = name.startsWith('.')
      ? join(home.stateDir, 'channel-package')
      : join(home.stateDir, 'plugins', 'node_modules', name)
    await mkdir(join(folder, '..'), { recursive: true })
    await cp('docs/examples/channel-package', folder, { recursive: true })
    await mkdir(join(directory, 'in'), { recursive: true })
    await home.configure({
      gateway: { mode: 'local' },
      plugins: { channels: [name] },
      channels: { spool: { directory, allowFrom: ['ann'] } },
      bindings: [{ agentId: 'main', match: { channel: 'spool' } }],
    })
    await home.gateway()
    const status = await until('the account to connect', async () => {
      const seen = await home.run(['channels', 'status', '--probe', '--json'])
      return seen.code === 0 ? JSON.parse(seen.stdout) : null
    })
    expect(status.channelLabels).toEqual({ spool: 'Spool' })
    await writeFile(join(directory, 'in', '1.json'), JSON.stringify({ from: 'ann', text: 'from a file' }))
    const [answer = ''] = await until('the answer', async () => {
      const names = (await readdir(join(directory, 'out'))).filter((file) => file.endsWith('.json'))
      return names.length > 0 ? names : null
    })
    expect(JSON.parse(await readFile(join(directory, 'out', answer), 'utf8'))).toMatchObject({
      to: 'ann',
      text: expect.stringContaining('from a file'),
    })
    expect(await readdir(join(directory, 'in'))).toEqual([])
  })

  it('that is missing keeps nothing else from working, and says what to do', async () => {
    await home.configure({
      gateway: { mode: 'local' },
      plugins: { channels: ['mayros-channel-nowhere'] },
      channels: { nowhere: {} },
    })
    await home.gateway()
    const { code, stdout } = await home.run(['channels', 'status'])
    expect(code).toBe(1)
    expect(stdout).toContain('nowhere/default  not configured')
    expect(stdout).toContain('npm install --prefix')
  })
})
