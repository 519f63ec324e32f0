import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NodeChannelPackages } from '../../src/adapters/channel-package-node/node-channel-packages.js'
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import type { Channel } from '../../src/application/ports/channel.js'
import { accountSettingsOf } from '../../src/domain/channels/inbound/account-settings.js'
import { gatewayConfigSchema } from '../../src/domain/config/config.js'
import { channelContract } from '../contracts/channel.contract.js'

const surroundings = {
  clock: new SystemClock(),
  log: new MemoryLog(),
  environment: {},
  stateDir: '/nowhere',
  random: Math.random,
}

let folder: string
let names: string[]
let packages: NodeChannelPackages

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mayros-packages-'))
  names = []
  packages = new NodeChannelPackages({
    names: () => names,
    places: { filesFrom: join(folder, 'files'), packagesFrom: [join(folder, 'state', 'plugins'), join(folder, 'own')] },
    log: new MemoryLog(),
  })
})

afterEach(() => rm(folder, { recursive: true }))

async function file(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeFile(join(folder, path), text)
}

async function made(id: string): Promise<Channel> {
  const make = await packages.factoryOf(id)
  return make(accountSettingsOf(gatewayConfigSchema().parse({}), id, 'one'), surroundings)
}

/** A module whose channel has this id; more members are text of JavaScript. */
function moduleOf(id: string, members = ''): string {
  return `export const channel = { id: '${id}', create: ({ accountId }) => ({
    id: '${id}', label: 'From ${id}', accountId,
    capabilities: { media: { inbound: false, outbound: false } }, textLimit: { max: 10, unit: 'utf16', lineBreaks: true },
    start: async () => {}, stop: async () => {}, status: () => ({ accountId: 'other', enabled: true, configured: true, running: false, connected: false }),
    probe: async () => ({ ok: true, latencyMs: 0 }), send: async () => ({ messageId: '' }), placeOf: () => null, isSender: () => false,
    ${members}
  }) }`
}

describe('packages are found', () => {
  it.each([
    ['by a file', './a.mjs', { 'files/a.mjs': moduleOf('sim') }],
    ['by a directory', './a', { 'files/a/package.json': '{"main":"b.mjs"}', 'files/a/b.mjs': moduleOf('sim') }],
    [
      'in plugins of the state directory',
      '@me/sim',
      {
        'state/plugins/node_modules/@me/sim/package.json': '{"type":"module","exports":"./x.js"}',
        'state/plugins/node_modules/@me/sim/x.js': moduleOf('sim'),
      },
    ],
    [
      'by what they export',
      'sim',
      {
        'own/node_modules/sim/package.json': JSON.stringify({
          exports: {
            './other': './no.js',
            '.': { require: './no.cjs', import: { types: './x.d.ts', default: './x.mjs' } },
          },
        }),
        'own/node_modules/sim/x.mjs': moduleOf('sim'),
      },
    ],
    [
      'in the directories above, as CommonJS',
      'sim',
      {
        'node_modules/sim/package.json': '{}',
        'node_modules/sim/index.js': moduleOf('sim').replace('export const channel', 'exports.channel'),
      },
    ],
  ])('%s', async (_how, name, files) => {
    for (const [path, text] of Object.entries(files)) await file(path, text)
    names = [name]
    const channel = await made('sim')
    expect(channel).toMatchObject({ id: 'sim', label: 'From sim', accountId: 'one' })
    expect(channel.status().accountId).toBe('one')
  })

  it('also beside one that is broken, and again when it was mended', async () => {
    await file('files/broken.mjs', 'export const = 1')
    await file('files/good.mjs', moduleOf('sim'))
    names = ['./broken.mjs', './good.mjs']
    expect((await made('sim')).status().configured).toBe(true)
    names = ['./late.mjs']
    expect((await made('late')).status().configured).toBe(false)
    await file('files/late.mjs', moduleOf('late'))
    expect((await made('late')).status().configured).toBe(true)
  })
})

describe('a package that cannot be used', () => {
  it.each([
    ['is not there', 'gone', {}, 'there is no package gone; install it with: npm install --prefix'],
    ['is a file that is not there', './gone.mjs', {}, 'there is no file'],
    ['cannot be loaded', './a.mjs', { 'files/a.mjs': 'throw new Error("no library")' }, 'cannot be loaded: no library'],
    ['exports nothing', './a.mjs', { 'files/a.mjs': 'export {}' }, 'exports no object named channel'],
    ['takes a name of ours', './a.mjs', { 'files/a.mjs': moduleOf('irc') }, 'which the gateway has itself'],
    ['has no id', './a.mjs', { 'files/a.mjs': moduleOf('No Id') }, 'without a usable id'],
    ['is another channel', './a.mjs', { 'files/a.mjs': moduleOf('other') }, 'brings the channel sim'],
    ['cannot send', './a.mjs', { 'files/a.mjs': moduleOf('sim', 'send: 1') }, 'made a channel without send'],
    [
      'throws',
      './a.mjs',
      { 'files/a.mjs': "export const channel = { id: 'sim', create() { throw new Error('odd') } }" },
      'odd',
    ],
  ])('because it %s, says so in the status', async (_why, name, files, problem) => {
    for (const [path, text] of Object.entries(files)) await file(path, text)
    names = [name]
    const channel = await made('sim')
    await channel.start({ received: async () => undefined, moved: async () => undefined, changed: () => undefined })
    expect(channel.status()).toMatchObject({
      configured: false,
      running: false,
      lastError: expect.stringContaining(problem),
    })
    await expect(
      channel.send({ place: { kind: 'direct', chatId: 'a' }, text: 'x' }, AbortSignal.timeout(1_000)),
    ).rejects.toMatchObject({
      code: 'stopped',
    })
    await channel.stop()
  })
})

describe('what a channel of a package throws', () => {
  it.each([
    [
      "Object.assign(new Error('wait'), { code: 'rate-limited', retryAfterMs: 5 })",
      { code: 'rate-limited', retryAfterMs: 5 },
    ],
    ["new TypeError('oops')", { code: 'network', message: 'sim/one: oops' }],
  ])('%s is a failure of the port', async (thrown, failure) => {
    await file('files/a.mjs', moduleOf('sim', `send: async () => { throw ${thrown} }`))
    names = ['./a.mjs']
    const { send } = await made('sim')
    await expect(
      send({ place: { kind: 'direct', chatId: 'a' }, text: 'x' }, AbortSignal.timeout(1_000)),
    ).rejects.toMatchObject(failure)
  })
})

/** The example of the documentation. */
const EXAMPLE = pathToFileURL('docs/examples/channel-package/index.mjs').href

channelContract(
  { describe, it },
  {
    name: 'the example package',
    hasNetwork: true,
    create: async (situation, accountId) => {
      const { channel: example } = (await import(/* @vite-ignore */ EXAMPLE)) as {
        channel: { create: (...args: unknown[]) => Channel }
      }
      const root = await mkdtemp(join(tmpdir(), 'mayros-spool-'))
      const directory = join(root, 'spool')
      const isBroken = situation === 'unreachable' || situation === 'silent'
      const breakIt = async () => {
        await rename(directory, `${directory}.away`).catch(() => undefined)
        await writeFile(directory, 'no directory')
      }
      if (isBroken) await breakIt()
      else
        await cp('docs/examples/channel-package/package.json', join(directory, 'in', 'ignored.txt'), {
          recursive: true,
        })
      const settings = situation === 'unconfigured' ? {} : { directory }
      const channel = example.create({ accountId, enabled: true, ...settings }, surroundings)
      let count = 0
      const shown = new Map<string, string>()
      return {
        channel,
        isIdle: () => true,
        dispose: () => rm(root, { recursive: true }),
        network: {
          write: async (from, text) => {
            count += 1
            const path = join(directory, 'in', `${String(count).padStart(4, '0')}.json`)
            await mkdir(join(directory, 'in'), { recursive: true })
            await writeFile(`${path}.part`, JSON.stringify({ from, text }))
            await rename(`${path}.part`, path)
          },
          shownTo: (person) => {
            void readAnswers(directory, shown)
            return [...shown].filter(([name]) => name.endsWith(`-${person}.json`)).map(([, text]) => text)
          },
          targetOf: (person) => `user:${person}`,
          break: breakIt,
          mend: async () => {
            await rm(directory)
            await rename(`${directory}.away`, directory).catch(() => mkdir(directory))
          },
        },
      }
    },
  },
)

async function readAnswers(directory: string, shown: Map<string, string>): Promise<void> {
  for (const name of await readdir(join(directory, 'out')).catch(() => [])) {
    if (!name.endsWith('.json') || shown.has(name)) continue
    shown.set(name, (JSON.parse(await readFile(join(directory, 'out', name), 'utf8')) as { text: string }).text)
  }
}
