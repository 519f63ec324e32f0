import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findTailscale } from '../../src/adapters/tailnet-tailscale-cli/find-tailscale.js'
import { RememberedAnswers } from '../../src/adapters/tailnet-tailscale-cli/remembered-answers.js'
import { parsePublicUrl, parseState, parseWhois } from '../../src/adapters/tailnet-tailscale-cli/tailscale-answers.js'
import {
  type TailscaleCliOptions,
  TailscaleCliTailnet,
} from '../../src/adapters/tailnet-tailscale-cli/tailscale-cli-tailnet.js'
import { tailnetContract } from '../contracts/tailnet.contract.js'
import { type TailscaleScene, TailscaleStub } from '../doubles/tailscale-stub.js'

class StillClock {
  time = 0
  monotonic(): number {
    return this.time
  }
}

async function scene(stub: TailscaleStub) {
  return {
    tailnet: new TailscaleCliTailnet({ clock: new StillClock(), env: stub.env, places: [] }),
    published: () => stub.published(),
    dispose: () => stub.remove(),
  }
}

tailnetContract(
  { describe, it },
  {
    name: 'tailscale (a stand-in for the program)',
    create: async (users) => scene(await TailscaleStub.create({ users })),
    createRefusing: async () => scene(await TailscaleStub.create({ refusal: 'out of order', state: 'Stopped' })),
  },
)

describe('the tailscale program', () => {
  const stubs: TailscaleStub[] = []
  const clock = new StillClock()

  afterEach(async () => {
    await Promise.all(stubs.splice(0).map((stub) => stub.remove()))
  })

  async function made(play: TailscaleScene = {}, options: Partial<TailscaleCliOptions> = {}) {
    const stub = await TailscaleStub.create(play)
    stubs.push(stub)
    const tailnet = new TailscaleCliTailnet({ clock, env: stub.env, places: [], ...options })
    return { stub, tailnet }
  }

  const ALICE = { login: 'alice@example.com', name: 'Alice' }
  const ADDRESS = '100.101.102.103'

  it('is called with fixed words, no terminal, and none of our secrets', async () => {
    const { stub, tailnet } = await made({ users: { [ADDRESS]: ALICE } })
    expect(await tailnet.publish('serve', 18789)).toBe('https://box.tail1234.ts.net')
    await tailnet.publish('funnel', 18789)
    await tailnet.whois(ADDRESS)
    await tailnet.unpublish('serve')
    await tailnet.unpublish('funnel')
    expect(await stub.commands()).toEqual([
      'status --json',
      'serve --bg --yes 18789',
      'status --json',
      'funnel --bg --yes 18789',
      `whois --json ${ADDRESS}`,
      'serve reset',
      'funnel reset',
    ])
    for (const call of await stub.calls()) expect(call).toMatchObject({ secrets: [], tty: false })
  })

  it('is never called with what is no address, nor with what is no port', async () => {
    const { stub, tailnet } = await made()
    expect(await tailnet.whois('--help')).toBeNull()
    await expect(tailnet.publish('serve', Number.NaN)).rejects.toThrow(RangeError)
    expect(await stub.commands()).toEqual([])
  })

  it('may publish without telling where', async () => {
    const { tailnet } = await made({ dnsName: null })
    expect(await tailnet.publish('serve', 18789)).toBeNull()
  })

  it('has no person behind a tagged device', async () => {
    const { tailnet } = await made({
      users: {
        [ADDRESS]: { login: 'tagged-devices', name: 'Tagged Devices' },
        '100.64.0.2': { ...ALICE, tags: ['tag:ci'] },
      },
    })
    expect(await tailnet.whois(ADDRESS)).toBeNull()
    expect(await tailnet.whois('100.64.0.2')).toBeNull()
  })

  it('is asked once for an address by everybody who waits, and again when a minute is over', async () => {
    const { stub, tailnet } = await made({ users: { [ADDRESS]: ALICE } })
    await Promise.all(Array.from({ length: 50 }, () => tailnet.whois(ADDRESS)))
    clock.time += 59_999
    await tailnet.whois(ADDRESS)
    expect(await stub.commands()).toHaveLength(1)
    clock.time += 1
    await tailnet.whois(ADDRESS)
    expect(await stub.commands()).toHaveLength(2)
  })

  it('lets a device in soon after it joined, and forgets what failed', async () => {
    const { stub, tailnet } = await made()
    expect(await tailnet.whois(ADDRESS)).toBeNull()
    await stub.play({ users: { [ADDRESS]: ALICE } })
    expect(await tailnet.whois(ADDRESS)).toBeNull()
    clock.time += 5_000
    expect(await tailnet.whois(ADDRESS)).toEqual(ALICE)
    await stub.play({ refusal: 'failed to connect to local tailscaled' })
    await expect(tailnet.whois('100.64.0.7')).rejects.toMatchObject({ code: 'tailscale-refused' })
    await stub.play({ users: { '100.64.0.7': ALICE } })
    expect(await tailnet.whois('100.64.0.7')).toEqual(ALICE)
  })

  it('does not run without bound', async () => {
    const { stub, tailnet } = await made()
    const asked = Array.from({ length: 40 }, (_, index) => tailnet.whois(`100.64.1.${index}`))
    const refused = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(24)
    expect(refused[0]).toMatchObject({ reason: { code: 'tailscale-timeout' } })
    expect(await stub.commands()).toHaveLength(16)
    expect(await tailnet.whois('100.64.1.39')).toBeNull()
  })

  it.each([
    [{ state: 'NeedsLogin' }, /NeedsLogin.*tailscale up/],
    [{ state: 'Stopped' }, /Stopped.*tailscale up/],
    [{ refusal: "Access denied: serve config denied\n\nUse 'sudo tailscale serve'." }, /sudo tailscale set --operator/],
    [{ refusal: 'Logged out.' }, /log in to the tailnet/],
    [{ refusal: "failed to connect to local tailscaled; it doesn't appear to be running" }, /start tailscaled/],
    [{ refusal: 'error: HTTPS is disabled for this tailnet' }, /enable MagicDNS and HTTPS/],
    [{ refusal: 'Funnel not available; "funnel" node attribute not set' }, /allow Funnel/],
    [{ refusal: 'flag provided but not defined: -bg' }, /update Tailscale/],
    [{ refusal: 'listener already exists for port 443' }, /tailscale serve status/],
    [{ refusal: '\u001b[31m\n  something new  ' }, /^tailscale serve failed: something new$/],
    [{ refusal: '' }, /it said nothing$/],
  ] satisfies [TailscaleScene, RegExp][])('says what helps: %j', async (play, message) => {
    const { tailnet } = await made(play)
    await expect(tailnet.publish('serve', 18789)).rejects.toMatchObject({
      code: 'tailscale-refused',
      message: expect.stringMatching(message),
      retryable: false,
    })
  })

  it('passes on the address at which somebody has to agree, instead of a mere timeout', async () => {
    const hang =
      'Serve is not enabled on your tailnet.\nTo enable, visit:\n\n  https://login.tailscale.com/f/serve?node=n1\n'
    const { tailnet } = await made({ hang }, { timeoutMs: 1_500 })
    await expect(tailnet.publish('serve', 18789)).rejects.toMatchObject({
      code: 'tailscale-refused',
      message:
        'tailscale serve failed: Serve is not enabled on your tailnet.; open https://login.tailscale.com/f/serve?node=n1',
    })
  })

  it('is not waited for without end', async () => {
    const { tailnet } = await made({ hang: '' }, { whoisTimeoutMs: 200 })
    await expect(tailnet.whois(ADDRESS)).rejects.toMatchObject({ code: 'tailscale-timeout', retryable: true })
  })

  it('may neither flood us nor speak another language', async () => {
    const { stub, tailnet } = await made({ whoisPrints: 'x'.repeat(2_000_000) })
    await expect(tailnet.whois(ADDRESS)).rejects.toMatchObject({ code: 'tailscale-refused' })
    await stub.play({ whoisPrints: '{"UserProfile":null}' })
    await expect(tailnet.whois(ADDRESS)).rejects.toMatchObject({ message: expect.stringContaining('something else') })
  })

  it('says so when it is not installed', async () => {
    const { stub, tailnet } = await made()
    const alone = new TailscaleCliTailnet({ clock, env: { PATH: join(stub.directory, 'nowhere') }, places: [] })
    await expect(alone.publish('serve', 18789)).rejects.toMatchObject({ code: 'tailscale-missing' })
    await expect(alone.whois(ADDRESS)).rejects.toMatchObject({ message: expect.stringContaining('install Tailscale') })
    await tailnet.unpublish('serve')
    await chmod(join(stub.directory, 'tailscale'), 0o644)
    await expect(tailnet.unpublish('serve')).rejects.toMatchObject({ code: 'tailscale-missing' })
  })

  it('is looked for in PATH first, then where installers put it, and must be executable', async () => {
    const { stub } = await made()
    const [program, other] = [join(stub.directory, 'tailscale'), join(stub.directory, 'other')]
    await mkdir(other)
    await writeFile(join(other, 'tailscale'), 'no program')
    expect(await findTailscale(['.', other, stub.directory].join(delimiter), [])).toBe(program)
    expect(await findTailscale(other, ['/nowhere/tailscale', program])).toBe(program)
    expect(await findTailscale('', [])).toBeNull()
    await symlink(program, join(other, 'link'))
    expect(await findTailscale('', [join(other, 'link')])).toBe(join(other, 'link'))
  })
})

describe('what the program answers', () => {
  it.each([
    ['{"Self":{"DNSName":"Box.Tail1234.ts.net."}}', 'https://box.tail1234.ts.net'],
    ['{"Self":{"DNSName":"evil.example/path"}}', null],
    ['{"Self":{"DNSName":""}}', null],
    ['{"Self":null}', null],
    ['[]', null],
    ['no JSON', null],
  ])('the public address of %s', (text, url) => expect(parsePublicUrl(text)).toBe(url))

  it('its state', () => {
    expect(parseState('{"BackendState":"Running"}')).toBe('Running')
    expect(parseState('')).toBeNull()
  })

  it('a person without a name is called by the login', () => {
    expect(parseWhois('{"UserProfile":{"LoginName":"a@b"}}')).toEqual({ login: 'a@b', name: 'a@b' })
    expect(parseWhois('{"UserProfile":{"LoginName":""}}')).toBeNull()
  })
})

describe('remembered answers', () => {
  it('stay bounded, the oldest go first', async () => {
    const answers = new RememberedAnswers<number>({ most: 3, monotonic: () => 0, lifeMs: () => 10 })
    for (const question of ['a', 'b', 'c', 'd', 'd']) await answers.answer(question, async () => 1)
    expect(answers.size).toBe(3)
    let asked = 0
    const ask = async () => (asked += 1)
    await answers.answer('d', ask)
    expect(asked).toBe(0)
    await answers.answer('a', ask)
    expect(asked).toBe(1)
  })
})
