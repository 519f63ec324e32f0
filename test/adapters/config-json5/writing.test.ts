import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'esbuild'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { withWriteLock } from '../../../src/adapters/config-json5/write-lock.js'
import { KEPT_VERSIONS } from '../../../src/application/ports/config-history.js'
import type { ConfigFailure } from '../../../src/application/ports/config-source.js'
import { REDACTED } from '../../../src/domain/config/redacted.js'
import { ConfigDirectory, ref } from './config-directory.js'

let directory: ConfigDirectory
afterEach(() => directory.remove())

const set = (path: (string | number)[], value: unknown) => [{ path, value }]
const modeOf = async (path: string) => (await stat(path)).mode & 0o777

async function problemsOf(write: Promise<unknown>): Promise<string[]> {
  const failure = await write.then(
    () => null,
    (thrown: ConfigFailure) => thrown,
  )
  const { problems = [] } = (failure?.details ?? {}) as { problems?: { path: string; message: string }[] }
  return problems.map(({ path, message }) => `${path}: ${message}`)
}

const SPLIT = {
  'mayros.json': `{
  // the front door
  gateway: {
    port: "${ref('PORT')}", // from the unit file
    auth: { token: "${ref('TOKEN')}", },
  },
  agents: { $include: "./agents.json5" }, /* see there */
  session: { $include: ["s1.json5", "s2.json5"] },
}
`,
  'agents.json5': `// who answers
{
  defaults: { timeoutSeconds: 60 /* one minute */ },
  list: [
    { id: "main" }, // me
    { id: "ops", name: 'Ops' },
  ],
}
`,
  's1.json5': '{ scope: "global" }\n',
  's2.json5': '{ dmScope: "per-peer" }\n',
}
const VARIABLES = { PORT: '4000', TOKEN: 'hush' }

describe('an edit', () => {
  it('goes to the file that owns the value, and touches nothing else', async () => {
    directory = await ConfigDirectory.create(SPLIT)
    const source = directory.source({ variables: VARIABLES })
    const written = await source.edit([
      ...set(['agents', 'defaults', 'timeoutSeconds'], 90),
      ...set(['agents', 'list', 1, 'name'], 'Night'),
    ])
    expect(written.written).toEqual([join(directory.path, 'agents.json5')])
    expect(written.changed).toEqual(['agents.defaults.timeoutSeconds', 'agents.list[1].name'])
    expect(await directory.text('agents.json5')).toBe(
      SPLIT['agents.json5'].replace('60 /*', '90 /*').replace("'Ops'", '"Night"'),
    )
    expect(await directory.text()).toBe(SPLIT['mayros.json'])
  })

  it('puts a new key where its parent is', async () => {
    directory = await ConfigDirectory.create(SPLIT)
    const source = directory.source({ variables: VARIABLES })
    await source.edit(set(['agents', 'defaults', 'maxConcurrent'], 2))
    expect(await directory.text('agents.json5')).toContain('maxConcurrent: 2')
    await source.edit(set(['agents', 'list', 2], { id: 'new' }))
    expect(await directory.text('agents.json5')).toContain('id: "new"')
    await source.edit(set(['logging', 'level'], 'debug'))
    expect(await directory.text()).toContain('logging: {')
    expect(await directory.text()).toContain('$include: "./agents.json5"')
  })

  it('is refused where several files own the place, and names them', async () => {
    directory = await ConfigDirectory.create(SPLIT)
    const source = directory.source({ variables: VARIABLES })
    expect(await problemsOf(source.edit(set(['session', 'mainKey'], 'x')))).toEqual([
      'session.mainKey: written in several files (s1.json5, s2.json5); edit the one you mean by hand',
    ])
    expect(await problemsOf(source.edit(set(['session'], undefined)))).toEqual([
      'session: written in several files (s1.json5, s2.json5); edit the one you mean by hand',
    ])
    await source.edit(set(['session', 'scope'], 'per-sender'))
    expect(await directory.text('s1.json5')).toBe('{ scope: "per-sender" }\n')
  })

  it('keeps references, remarks and order when it sets what contains them', async () => {
    directory = await ConfigDirectory.create(SPLIT)
    const source = directory.source({ variables: VARIABLES })
    const { redactedConfig } = await source.read()
    const { gateway } = redactedConfig as { gateway: Record<string, unknown> }
    const parts = { port: 4000, auth: { token: REDACTED }, mode: 'local' }
    expect(gateway.auth).toMatchObject({ token: ref('TOKEN') })
    await source.edit(set(['gateway'], parts))
    expect(await directory.text()).toBe(
      SPLIT['mayros.json'].replace(`"${ref('TOKEN')}", },\n`, `"${ref('TOKEN')}", },\n    mode: "local",\n`),
    )
  })

  it('replaces a whole included value only by what a file can be', async () => {
    directory = await ConfigDirectory.create({
      'mayros.json': '{ agents: { list: { $include: "list.json5" } } }',
      'list.json5': '// all of them\n[{ id: "a" }]\n',
    })
    const source = directory.source()
    await source.edit(set(['agents', 'list'], [{ id: 'b' }, { id: 'c' }]))
    expect(await directory.text('list.json5')).toMatch(/^\/\/ all of them\n\[\n[\s\S]*"?id"?: "c"/)
    expect(await problemsOf(source.edit(set(['agents', 'list'], undefined)))).toEqual([
      'agents.list: comes from list.json5 as a whole; remove its $include by hand',
    ])
  })

  it('is not stopped by a variable that is missing here and that it does not touch', async () => {
    directory = await ConfigDirectory.create(SPLIT)
    const source = directory.source({ variables: { PORT: '1' } })
    const written = await source.edit(set(['agents', 'defaults', 'timeoutSeconds'], 90))
    expect(written.problems.map(({ code }) => code)).toEqual(['env_missing'])
    expect(await directory.text('agents.json5')).toContain('90 /*')
    expect(await problemsOf(source.edit(set(['gateway', 'auth', 'password'], ref('NONE'))))).toEqual([
      'gateway.auth.password: environment variable NONE is not set',
    ])
  })

  it('is refused when an editor saved an included file in between', async () => {
    directory = await ConfigDirectory.create(SPLIT)
    const source = directory.source({ variables: VARIABLES })
    const { hash } = await source.read()
    await directory.write({ 'mayros.json': `${SPLIT['mayros.json']}// more\n` })
    await expect(source.edit(set(['gateway', 'mode'], 'local'), { baseHash: hash })).rejects.toMatchObject({
      code: 'config-changed',
    })
  })

  it('of one value changes exactly one line, whatever the files look like', async () => {
    directory = await ConfigDirectory.create()
    const remark = fc.constantFrom('', ' // note', ' /* note */', ` // ${ref('X')}`)
    const places: readonly { path: (string | number)[]; values: (string | number)[] }[] = [
      { path: ['gateway', 'port'], values: [1, 65535, 18800] },
      { path: ['gateway', 'mode'], values: ['local', 'remote'] },
      { path: ['agents', 'defaults', 'timeoutSeconds'], values: [1, 2, 30] },
      { path: ['agents', 'list', 0, 'name'], values: ['A', 'B "c"', ref('NAME')] },
      { path: ['session', 'scope'], values: ['global', 'per-sender'] },
    ]
    const edit = fc
      .constantFrom(...places)
      .chain(({ path, values }) => fc.record({ path: fc.constant(path), value: fc.constantFrom(...values) }))
    const quoted = fc.boolean()
    const lineEnd = fc.constantFrom('\n', '\r\n')
    await fc.assert(
      fc.asyncProperty(
        fc.array(remark, { minLength: 8, maxLength: 8 }),
        quoted,
        lineEnd,
        edit,
        async (notes, quotes, end, { path, value }) => {
          const key = (name: string) => (quotes ? `"${name}"` : name)
          const root = [
            '{',
            `  ${key('gateway')}: {${notes[0]}`,
            `    ${key('port')}: "${ref('PORT')}",${notes[1]}`,
            `    ${key('mode')}: "local"${notes[2]}`,
            '  },',
            `  ${key('agents')}: { "$include": "a.json5" },${notes[3]}`,
            `  ${key('session')}: {${notes[4]}`,
            `    ${key('scope')}: 'per-sender',`,
            '  },',
            '}',
            '',
          ].join(end)
          const agents = [
            `{${notes[5]}`,
            `  ${key('defaults')}: {`,
            `    ${key('timeoutSeconds')}: 60,${notes[6]}`,
            '  },',
            `  ${key('list')}: [`,
            `    { ${key('id')}: "main", ${key('name')}: 'Main' },${notes[7]}`,
            '  ],',
            '}',
          ].join(end)
          const before = { 'mayros.json': root, 'a.json5': agents }
          await directory.write(before)
          const source = directory.source({ variables: { PORT: '4000', NAME: 'Named', X: 'x' } })
          const written = await source.edit(set(path, value))
          let different = 0
          for (const [name, text] of Object.entries(before)) {
            const [old, now] = [text.split(end), (await directory.text(name)).split(end)]
            expect(now.length).toBe(old.length)
            different += now.filter((line, index) => line !== old[index]).length
          }
          expect(different).toBe(written.written.length)
          expect(different).toBeLessThanOrEqual(1)
          const stored = path.reduce<unknown>(
            (inside, segment) => (inside as Record<string | number, unknown>)[segment],
            written.resolved,
          )
          expect(String(stored)).toBe(value === ref('NAME') ? 'Named' : String(value))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('replacing the text', () => {
  it('keeps what stands behind placeholders, by path, by id, and in remarks', async () => {
    const text = `{
  gateway: { auth: { token: 'one-secret' /* t */ } },
  // password: "old-secret"
  models: { providers: { a: { apiKey: "key-a" }, b: { apiKey: { env: "B_KEY" } } } },
}
`
    directory = await ConfigDirectory.create({ 'mayros.json': text })
    const source = directory.source({ variables: { B_KEY: 'b' } })
    const { redactedRaw } = await source.read()
    expect(redactedRaw).not.toContain('secret')
    const sent = redactedRaw!.replace('/* t */', '/* u */')
    await source.replace(sent)
    expect(await directory.text()).toBe(text.replace('/* t */', '/* u */'))
  })

  it('mends a broken file and keeps the broken text beside it', async () => {
    directory = await ConfigDirectory.create({ 'mayros.json': '{ broken' })
    const source = directory.recorded()
    const written = await source.replace('{ gateway: { port: 2 } }', { origin: { source: 'rpc', actor: 'device-1' } })
    expect(written.config?.gateway.port).toBe(2)
    expect(await directory.text('mayros.json.bak')).toBe('{ broken')
  })

  it('can put several files back at once', async () => {
    directory = await ConfigDirectory.create(SPLIT)
    const source = directory.source({ variables: VARIABLES })
    const texts = Object.entries(SPLIT).map(([name, text]) => ({
      path: join(directory.path, name),
      text: text.replace('60', '61'),
    }))
    expect((await source.replace(texts)).written).toEqual([join(directory.path, 'agents.json5')])
  })
})

describe('records', () => {
  it('keep five backups, ten versions and an audit, all private', async () => {
    directory = await ConfigDirectory.create({ 'mayros.json': '{ gateway: { port: 1, auth: { token: "hunter2" } } }' })
    await chmod(directory.root, 0o644)
    const source = directory.recorded({ now: () => 1_000 })
    for (let port = 2; port <= 16; port++) {
      await source.edit(set(['gateway', 'port'], port), { origin: { source: 'cli', actor: 'config set gateway.port' } })
    }
    expect(await modeOf(directory.root)).toBe(0o600)
    const backups = ['.bak', '.bak.1', '.bak.2', '.bak.3', '.bak.4']
    expect(
      readdirSync(directory.path)
        .filter((name) => name.includes('.bak'))
        .sort(),
    ).toEqual(backups.map((end) => `mayros.json${end}`))
    expect(await directory.text('mayros.json.bak')).toContain('port: 15')
    expect(await directory.text('mayros.json.bak.4')).toContain('port: 11')
    const versions = await directory.history.list()
    expect(versions).toHaveLength(KEPT_VERSIONS + 1)
    expect(versions[0]).toMatchObject({
      origin: { source: 'cli', actor: 'config set gateway.port' },
      changed: ['gateway.port'],
    })
    expect((await directory.history.texts(versions[1]!.id))?.[0]?.text).toContain('port: 15')
    const audit = await readFile(join(directory.stateDir, 'logs/config-audit.jsonl'), 'utf8')
    expect(audit.trim().split('\n')).toHaveLength(15)
    expect(audit).not.toContain('hunter2')
    const historyDir = join(directory.stateDir, 'config-history')
    for (const path of [
      ...backups.map((end) => directory.root + end),
      ...readdirSync(historyDir).map((name) => join(historyDir, name)),
      join(directory.stateDir, 'logs/config-audit.jsonl'),
    ]) {
      expect([path, await modeOf(path)]).toEqual([path, 0o600])
    }
    expect(await modeOf(historyDir)).toBe(0o700)
  })

  it('keep what a person made of the file in between', async () => {
    directory = await ConfigDirectory.create({ 'mayros.json': '{ gateway: { port: 1 } }' })
    const source = directory.recorded()
    await source.edit(set(['gateway', 'port'], 2))
    await directory.write({ 'mayros.json': '{ gateway: { port: 3 } } // by hand' })
    await source.edit(set(['gateway', 'port'], 4))
    const versions = await directory.history.list()
    expect(versions.map(({ origin }) => origin.source)).toEqual(['start', 'file', 'start', 'file'])
    expect((await directory.history.texts(versions[1]!.id))?.[0]?.text).toContain('// by hand')
  })

  it('are not made when nothing changes, or in a dry run', async () => {
    directory = await ConfigDirectory.create({ 'mayros.json': '{ gateway: { port: 1 } }' })
    const source = directory.recorded()
    const same = await source.edit(set(['gateway', 'port'], 1))
    const dry = await source.edit(set(['gateway', 'port'], 2), { dryRun: true })
    expect([same.written, same.changed]).toEqual([[], []])
    expect([dry.written, dry.changed]).toEqual([[directory.root], ['gateway.port']])
    expect(readdirSync(directory.path)).toEqual(['mayros.json'])
  })

  it('are no reason to lose a write', async () => {
    directory = await ConfigDirectory.create({ 'mayros.json': '{}', state: 'a file in the way' })
    const written = await directory.recorded().edit(set(['gateway', 'port'], 2))
    expect(written.anomalies.length).toBeGreaterThan(0)
    expect(written.anomalies[0]).toContain('could not be recorded')
    expect(await directory.text()).toContain('2')
  })

  it('tell what looks like a mistake', async () => {
    const channels = '"telegram": { "enabled": false }'
    const text = `{ gateway: { mode: "local" }, channels: { ${channels} } /* ${'x'.repeat(600)} */ }`
    directory = await ConfigDirectory.create({ 'mayros.json': text })
    const { anomalies } = await directory.recorded().replace('{}')
    expect(anomalies).toEqual([
      expect.stringMatching(/^the file shrank from \d+ to 2 bytes$/),
      'gateway.mode disappeared',
      'all channels disappeared',
    ])
  })

  it('keep the texts a gateway ran well on', async () => {
    directory = await ConfigDirectory.create()
    expect(await directory.history.lastGood()).toBeNull()
    const texts = [{ path: directory.root, text: '{ gateway: { port: 9 } }' }]
    await directory.history.keepGood(texts)
    expect(await directory.history.lastGood()).toEqual(texts)
    expect((await directory.source().preview(texts)).config?.gateway.port).toBe(9)
    expect(await directory.history.list()).toEqual([])
  })
})

describe('the lock', () => {
  it('of a process that is gone is taken over, also when its number is used again', async () => {
    directory = await ConfigDirectory.create({ 'mayros.json': '{}' })
    let port = 0
    for (const note of [
      { pid: 2 ** 22 + 1, start: '1', nonce: 'n' },
      { pid: process.pid, start: 'another time', nonce: 'n' },
      'not even JSON',
    ]) {
      port += 1
      await writeFile(`${directory.root}.lock`, typeof note === 'string' ? note : JSON.stringify(note))
      await directory.source().edit(set(['gateway', 'port'], port))
    }
    expect(readdirSync(directory.path).filter((name) => name.includes('.lock'))).toEqual([])
  })

  it('of a living process is waited for, and then told about', async () => {
    directory = await ConfigDirectory.create({ 'mayros.json': '{}' })
    const order: string[] = []
    const first = withWriteLock(directory.root, async () => {
      await pause(60)
      order.push('first')
    })
    await pause(10)
    await Promise.all([first, withWriteLock(directory.root, async () => void order.push('second'))])
    expect(order).toEqual(['first', 'second'])
    await withWriteLock(directory.root, async () => {
      await expect(withWriteLock(directory.root, async () => undefined, 50)).rejects.toMatchObject({
        code: 'config-unavailable',
        message: expect.stringContaining(`pid ${process.pid}`),
      })
    })
  })
})

describe('a process that is killed while it writes', () => {
  it('leaves the old or the new file, valid and private, and nobody waits for it', async () => {
    directory = await ConfigDirectory.create({ 'mayros.json': '{\n  gateway: { port: 1 }, // kept\n}\n' })
    const script = join(directory.path, 'writer.mjs')
    const entry = new URL('./kept-writer.ts', import.meta.url).pathname
    const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" }
    await build({
      entryPoints: [entry],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner,
      logLevel: 'silent',
    })
    for (let round = 0; round < 12; round++) {
      const child: ChildProcess = fork(script, [directory.path], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
      await once(child.stdout!, 'data')
      await pause(5 + ((round * 37) % 90))
      child.kill('SIGKILL')
      await once(child, 'exit')
      const { config } = await directory.source().read()
      expect(config?.gateway.port).toBeGreaterThan(0)
      expect(await directory.text()).toContain('// kept')
      expect(await modeOf(directory.root)).toBe(0o600)
    }
    await directory.source().edit(set(['gateway', 'port'], 60_001))
    expect((await directory.source().read()).config?.gateway.port).toBe(60_001)
    await rm(script)
  }, 60_000)
})
