import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ConfigDirectory, ref } from './config-directory.js'

let directory: ConfigDirectory
const files = async (texts: Record<string, string>) => {
  directory = await ConfigDirectory.create(texts)
  return directory.source().read()
}
afterEach(() => directory.remove())

describe('$include', () => {
  it('puts the content of a file in place of the object, at any depth and in lists', async () => {
    const {
      resolved,
      problems,
      files: read,
    } = await files({
      'mayros.json':
        '{ agents: { list: [{ $include: "./a/one.json5" }, { id: "two" }] }, session: { $include: "s.json5" } }',
      'a/one.json5': '{ id: "one", identity: { $include: "who.json5" } }',
      'a/who.json5': '{ name: "One" }',
      's.json5': '{ scope: "global" }',
    })
    expect(problems).toEqual([])
    expect(resolved).toEqual({
      agents: { list: [{ id: 'one', identity: { name: 'One' } }, { id: 'two' }] },
      session: { scope: 'global' },
    })
    expect(read).toEqual(
      ['mayros.json', 'a/one.json5', 'a/who.json5', 's.json5'].map((name) => join(directory.path, name)),
    )
  })

  it('merges several files from left to right, and what stands beside wins', async () => {
    const { resolved, problems } = await files({
      'mayros.json': '{ $include: ["a.json5", "b.json5"], gateway: { port: 3 } }',
      'a.json5': '{ gateway: { port: 1, bind: "lan" }, agents: { list: [{ id: "a" }] } }',
      'b.json5': '{ gateway: { port: 2, mode: "local" }, agents: { list: [{ id: "b" }] } }',
    })
    expect(problems).toEqual([])
    expect(resolved).toEqual({
      gateway: { port: 3, bind: 'lan', mode: 'local' },
      agents: { list: [{ id: 'a' }, { id: 'b' }] },
    })
  })

  it('includes lists and single values, and an empty file as an object', async () => {
    const { resolved, problems } = await files({
      'mayros.json': '{ agents: { list: { $include: "list.json5" } }, session: { $include: "none.json5" } }',
      'list.json5': '[{ id: "a" }]',
      'none.json5': '// later\n',
    })
    expect(problems).toEqual([])
    expect(resolved).toEqual({ agents: { list: [{ id: 'a' }] }, session: {} })
  })

  it('fills in variables in included files, but not in the name of one', async () => {
    directory = await ConfigDirectory.create({
      'mayros.json': `{ gateway: { $include: "g.json5" }, session: { $include: "${ref('NAME')}.json5" } }`,
      'g.json5': `{ port: "${ref('PORT')}" }`,
      's.json5': '{}',
    })
    const reading = await directory.source({ variables: { PORT: '5', NAME: 's' } }).read()
    expect(reading.resolved).toMatchObject({ gateway: { port: '5' } })
    expect(reading.problems.map(({ message }) => message)).toEqual([
      `include not found: ${ref('NAME')}.json5 (from mayros.json:1)`,
    ])
  })

  it('tells the place in the file that says it', async () => {
    await files({
      'mayros.json': '{\n  gateway: { $include: "sub/g.json5" },\n}\n',
      'sub/g.json5': '{\n  port: 1,\n  prt: 2,\n  bind: "lam",\n}\n',
    })
    expect(await directory.problems()).toEqual([
      'sub/g.json5:3:3  gateway.prt: unknown key (did you mean "port"?)',
      expect.stringMatching(/^sub\/g\.json5:4:9 {2}gateway\.bind: expected .* got "lam"$/),
    ])
  })

  it('knows where every value is written', async () => {
    const { origins } = await files({
      'mayros.json': '{\n  gateway: { $include: "g.json5" },\n  session: {\n    scope: "global" },\n}\n',
      'g.json5': '{\n  port: 1 }\n',
    })
    expect(origins.get('gateway.port')).toEqual({ file: join(directory.path, 'g.json5'), line: 2, column: 9 })
    expect(origins.get('session.scope')).toEqual({ file: directory.root, line: 4, column: 12 })
  })

  it('makes paths absolute from the file that contains them', async () => {
    const { config } = await files({
      'mayros.json': '{ agents: { defaults: { workspace: "here" }, list: { $include: "sub/list.json5" } } }',
      'sub/list.json5': '[{ id: "a", workspace: "there" }]',
    })
    expect(config?.agents.defaults.workspace).toBe(join(directory.path, 'here'))
    expect(config?.agents.list?.[0]?.workspace).toBe(join(directory.path, 'sub/there'))
  })

  it.each<[string, Record<string, string>, string[]]>([
    [
      'a missing file',
      { 'mayros.json': '{\n agents: { $include: "./agents.json5" } }' },
      ['mayros.json:2:22  agents: include not found: ./agents.json5 (from mayros.json:2)'],
    ],
    [
      'a cycle',
      { 'mayros.json': '{$include: "a.json5"}', 'a.json5': '{agents: {$include: "mayros.json"}}' },
      ['a.json5:1:21  agents: include cycle: mayros.json -> a.json5 -> mayros.json'],
    ],
    [
      'a way out',
      { 'mayros.json': '{$include: "../secrets.json5"}' },
      ['mayros.json:1:12  include leaves the config directory: ../secrets.json5'],
    ],
    [
      'an absolute way out',
      { 'mayros.json': '{$include: "/etc/passwd"}' },
      ['mayros.json:1:12  include leaves the config directory: /etc/passwd'],
    ],
    [
      'a list beside keys',
      { 'mayros.json': '{agents: {$include: "a.json5", list: []}}', 'a.json5': '[]' },
      ['mayros.json:1:21  agents: include is not an object, but "agents" has other keys beside $include'],
    ],
    [
      'something that is no name',
      { 'mayros.json': '{$include: 5}' },
      ['mayros.json:1:12  expected a file name or a list of file names'],
    ],
    [
      'a file that does not parse',
      { 'mayros.json': '{gateway: {$include: "g.json5"}}', 'g.json5': '{\n  port: oops\n}' },
      ["g.json5:2:9  gateway: invalid character 'o'"],
    ],
  ])('refuses %s', async (_, texts, problems) => {
    await files(texts)
    expect(await directory.problems()).toEqual(problems)
  })

  it('goes ten levels deep and no further', async () => {
    const chain = (depth: number) =>
      Object.fromEntries(
        Array.from({ length: depth + 1 }, (_, level) => [
          level === 0 ? 'mayros.json' : `${level}.json5`,
          level === depth ? '{ session: { scope: "global" } }' : `{ $include: "./${level + 1}.json5" }`,
        ]),
      )
    const ten = await files(chain(10))
    expect(ten.problems).toEqual([])
    expect(ten.config?.session.scope).toBe('global')
    await directory.remove()
    await files(chain(11))
    expect(await directory.problems()).toEqual(['10.json5:1:13  include depth is limited to 10: ./11.json5'])
  })

  it('reads 64 included files in all, however they are multiplied', async () => {
    const level = (next: string) => `[{ $include: "${next}" }, { $include: "${next}" }, { $include: "${next}" }]`
    const { problems } = await files({
      'mayros.json': '{ agents: { list: { $include: "1.json5" } } }',
      '1.json5': level('2.json5'),
      '2.json5': level('3.json5'),
      '3.json5': level('4.json5'),
      '4.json5': level('5.json5'),
      '5.json5': '{ id: "x" }',
    })
    expect(problems.some(({ message }) => message.startsWith('more than 64 files are included'))).toBe(true)
  })

  it('refuses a symbolic link that leads outside, and follows one that stays inside', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'config-outside-'))
    await writeFile(join(outside, 'x.json5'), '{ port: 1 }')
    await files({ 'mayros.json': '{ gateway: { $include: "./x.json5" }, session: { $include: "in.json5" } }' })
    await mkdir(join(directory.path, 'real'))
    await writeFile(join(directory.path, 'real/s.json5'), '{ scope: "global" }')
    await symlink(join(outside, 'x.json5'), join(directory.path, 'x.json5'))
    await symlink(join(directory.path, 'real/s.json5'), join(directory.path, 'in.json5'))
    const { problems, resolved } = await directory.source().read()
    await rm(outside, { recursive: true })
    expect(problems.map(({ message }) => message)).toEqual([
      'include points outside the config directory through a symlink: ./x.json5',
    ])
    expect(resolved).toMatchObject({ session: { scope: 'global' } })
  })

  it.skipIf(process.getuid?.() === 0)(
    'tells about a file that may not be read (not as root, who may read everything)',
    async () => {
      await files({ 'mayros.json': '{ $include: "g.json5" }', 'g.json5': '{}' })
      await chmod(join(directory.path, 'g.json5'), 0)
      expect(await directory.problems()).toEqual(['mayros.json:1:13  include cannot be read (EACCES): g.json5'])
    },
  )

  it('changes the snapshot hash with every file, the file hash only with the root', async () => {
    const before = await files({ 'mayros.json': '{ gateway: { $include: "g.json5" } }', 'g.json5': '{ port: 1 }' })
    await directory.write({ 'g.json5': '{ port: 2 }' })
    const after = await directory.source().read()
    expect(after.hash).toBe(before.hash)
    expect(after.snapshotHash).not.toBe(before.snapshotHash)
    expect((await directory.source().read()).snapshotHash).toBe(after.snapshotHash)
  })
})

describe('secrets in files', () => {
  it('are read from beside the file that names them, without the line end', async () => {
    directory = await ConfigDirectory.create({
      'mayros.json': '{ gateway: { auth: { $include: "sub/auth.json5" } } }',
      'sub/auth.json5': '{ token: { file: "token.txt" } }',
      'sub/token.txt': 'hush-hush\n',
    })
    const reading = await directory.source().read()
    expect(reading.problems).toEqual([])
    expect(reading.warnings).toEqual([])
    expect(reading.config?.gateway.auth.token).toBe('hush-hush')
    expect(reading.files).toContain(join(directory.path, 'sub/token.txt'))
    expect(JSON.stringify([reading.redactedConfig, reading.redactedResolved])).not.toContain('hush-hush')
    await directory.write({ 'sub/token.txt': 'other\n' })
    expect((await directory.source().read()).snapshotHash).not.toBe(reading.snapshotHash)
  })

  it('are problems of their key when they cannot be read, and warnings when others can read them', async () => {
    directory = await ConfigDirectory.create({
      'mayros.json':
        '{ gateway: { auth: { token: { file: "t" }, password: { file: "none" } }, remote: { token: { file: "" } } } }',
      t: 'x',
    })
    await chmod(join(directory.path, 't'), 0o644)
    const { problems, warnings } = await directory.source().read()
    expect(problems.map(({ path, code, message }) => [path, code, message])).toEqual([
      ['gateway.auth.password', 'not_found', 'cannot read the secret from none: ENOENT'],
      ['gateway.remote.token', 'wrong_type', expect.stringContaining('expected')],
    ])
    expect(warnings.map(({ path, message }) => [path, message])).toEqual([
      ['gateway.auth.token', 't can be read by others than its owner'],
    ])
  })
})
