import { readdirSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConnectionHints } from '../../src/adapters/config-json5/connection-hints.js'
import { Json5ConfigSource } from '../../src/adapters/config-json5/json5-config-source.js'
import { formatProblem } from '../../src/domain/config/problem.js'
import { configSourceContract } from '../contracts/config-source.contract.js'

configSourceContract(
  { describe, it },
  {
    name: 'json5',
    async create(text, options) {
      const directory = await mkdtemp(join(tmpdir(), 'config-contract-'))
      const path = join(directory, 'mayros.json')
      if (text !== null) await writeFile(path, text)
      const replace = async (next: string) => {
        await writeFile(`${path}.new`, next)
        await rename(`${path}.new`, path)
      }
      const source = new Json5ConfigSource({ path, home: '/home/somebody', ...options })
      return { source, replace, dispose: () => rm(directory, { recursive: true }) }
    },
  },
)

let directory: string
let path: string
let source: Json5ConfigSource

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'config-json5-'))
  path = join(directory, 'mayros.json')
  source = new Json5ConfigSource({ path, home: '/home/somebody' })
})

afterEach(() => rm(directory, { recursive: true, force: true }))

async function reading(text: string | Buffer) {
  await writeFile(path, text)
  return source.read()
}

async function edited(text: string, keys: (string | number)[], value: unknown) {
  await writeFile(path, text)
  await source.edit([{ path: keys, value }])
  return readFile(path, 'utf8')
}

describe('problems', () => {
  it('name file, line and column, in the order of the text', async () => {
    const { problems } = await reading(
      '{\n  gateway: {\n    prt: 18800,\n    port: "abc",\n  },\n  agents: { list: [{ id: "a" }, {}] },\n}\n',
    )
    expect(problems.map(formatProblem)).toEqual([
      'mayros.json:3:5  gateway.prt: unknown key (did you mean "port"?)',
      'mayros.json:4:11  gateway.port: expected a whole number from 1 to 65535, got "abc"',
      'mayros.json:6:33  agents.list[1].id: required, expected letters, digits, _ and -, at most 64, starting with a letter or digit',
    ])
  })

  it.each([
    ['{gateway: {port: 70000}}', 'gateway.port: expected a whole number from 1 to 65535, got 70000', 'out_of_range'],
    ['{gateway: {port: 1.5}}', 'gateway.port: expected a whole number from 1 to 65535, got 1.5', 'bad_value'],
    ['{gateway: {customBindHost: "here"}}', 'gateway.customBindHost: expected an IP address, got "here"', 'bad_value'],
    ['{gateway: []}', 'gateway: expected an object, got a list of 0', 'wrong_type'],
    ['{gateway: {auth: {token: ""}}}', 'gateway.auth.token: must not be empty', 'bad_value'],
    ['{gateway: {auth: {token: true}}}', 'gateway.auth.token: expected a text, got a boolean', 'wrong_type'],
    [
      '{gateway: {auth: {mode: 5}}}',
      'gateway.auth.mode: expected token, password, trusted-proxy or none, got 5',
      'wrong_type',
    ],
    [
      '{models: {providers: {x: {baseUrl: "ftp://a"}}}}',
      'models.providers.x.baseUrl: expected an http:// or https:// address, got "ftp://a"',
      'bad_value',
    ],
    ['{logging: {redactPatterns: ["("]}}', 'logging.redactPatterns[0]: expected a regular expression', 'bad_value'],
    ['{gatway: {}}', 'gatway: unknown key', 'unknown_key'],
    ['[]', 'expected an object', 'parse_error'],
    ['{gateway: secret}', "invalid character 's'", 'parse_error'],
  ])('%s', async (text, sentence, code) => {
    const { problems } = await reading(text)
    expect(problems.map((problem) => problem.code)).toEqual([code])
    expect(formatProblem(problems[0]!)).toContain(sentence)
  })

  it('point at the place of a syntax error', async () => {
    const { problems } = await reading('{\n  gateway: oops\n}')
    expect(problems).toMatchObject([{ line: 2, column: 12, file: 'mayros.json' }])
  })

  it('warn of duplicate keys and name both places', async () => {
    const { warnings, config } = await reading('{\n  gateway: { port: 1 },\n  gateway: { port: 2 },\n}')
    expect(config?.gateway.port).toBe(2)
    expect(warnings).toMatchObject([
      { path: 'gateway', line: 3, message: 'duplicate key, also at 2:3; the last one wins' },
    ])
  })

  it('refuse bytes that are not UTF-8, and files above 4 MiB', async () => {
    expect((await reading(Buffer.from([0x7b, 0xff, 0x7d]))).problems[0]?.message).toBe('the file is not UTF-8 text')
    expect((await reading(' '.repeat(4 * 1024 * 1024 + 1))).problems[0]?.message).toBe('larger than 4 MiB')
    expect((await reading(`{}${' '.repeat(4 * 1024 * 1024 - 2)}`)).problems).toEqual([])
  })
})

describe('reading', () => {
  it('accepts a byte order mark and CRLF', async () => {
    const { config, problems } = await reading('\uFEFF{\r\n  gateway: { port: 5 },\r\n}\r\n')
    expect(problems).toEqual([])
    expect(config?.gateway.port).toBe(5)
  })

  it('accepts everything JSON5 allows', async () => {
    const text = `{ // remark
      'gateway': { "port": 0x10, /* here */ \\u0062ind: 'l\\x61n', },
      agents: { defaults: { timeoutSeconds: +1e3, contextTokens: 5. } },
      logging: { file: "a\\
b" }, }`
    const { config, problems } = await reading(text)
    expect(problems).toEqual([])
    expect(config).toMatchObject({ gateway: { port: 16, bind: 'lan' }, agents: { defaults: { timeoutSeconds: 1000 } } })
    expect(config?.logging.file).toBe(join(directory, 'ab'))
  })

  it('makes paths absolute from the directory of the file and from home', async () => {
    const { config, parsed } = await reading(
      '{agents: {defaults: {workspace: "~/w"}, list: [{id: "a", workspace: "rel"}, {id: "b", workspace: "~"}]}, logging: {file: "/abs"}}',
    )
    expect(config?.agents.defaults.workspace).toBe('/home/somebody/w')
    expect(config?.agents.list?.map((agent) => agent.workspace)).toEqual([join(directory, 'rel'), '/home/somebody'])
    expect(config?.logging.file).toBe('/abs')
    expect(parsed).toMatchObject({ agents: { defaults: { workspace: '~/w' } } })
  })

  it('redacts by position: other text that happens to look alike stays', async () => {
    const { redactedRaw } = await reading(
      '{\n  gateway: { auth: { token: "local" }, mode: "local" }, // keep\n  // password: "old"\n}',
    )
    expect(redactedRaw).toBe(
      '{\n  gateway: { auth: { token: "__MAYROS_REDACTED__" }, mode: "local" }, // keep\n  // __MAYROS_REDACTED__\n}',
    )
  })

  it('fails with config-unavailable when the path is a directory', async () => {
    const failure = new Json5ConfigSource({ path: directory, home: '/' }).read()
    await expect(failure).rejects.toMatchObject({ code: 'config-unavailable' })
  })
})

describe('edits', () => {
  it.each([
    [
      'a value',
      '{ gateway: { port: 1 /* p */ } } // end\n',
      ['gateway', 'port'],
      2,
      '{ gateway: { port: 2 /* p */ } } // end\n',
    ],
    [
      'a new member on its own line',
      '{\n    gateway: {\n        port: 1, // p\n    },\n}\n',
      ['gateway', 'mode'],
      'local',
      '{\n    gateway: {\n        port: 1, // p\n        mode: "local",\n    },\n}\n',
    ],
    [
      'a new member without trailing commas',
      '{\n  "gateway": {\n    "port": 1 // p\n  }\n}',
      ['gateway', 'mode'],
      'local',
      '{\n  "gateway": {\n    "port": 1, // p\n    "mode": "local"\n  }\n}',
    ],
    [
      'a new member beside others',
      '{gateway: {port: 1}}',
      ['gateway', 'mode'],
      'local',
      '{gateway: {port: 1, mode: "local"}}',
    ],
    [
      'missing parents',
      '{\n  // mine\n}\n',
      ['gateway', 'auth', 'token'],
      'abc',
      '{\n  // mine\n  "gateway": {\n    "auth": {\n      "token": "abc"\n    }\n  }\n}\n',
    ],
    ['an empty file', '', ['gateway', 'port'], 3, '{\n  "gateway": {\n    "port": 3\n  }\n}\n'],
    ['a file of comments', '// mine', ['gateway', 'port'], 3, '// mine\n{\n  "gateway": {\n    "port": 3\n  }\n}\n'],
    [
      'CRLF',
      '{\r\n  gateway: {\r\n    port: 1\r\n  }\r\n}\r\n',
      ['gateway', 'mode'],
      'local',
      '{\r\n  gateway: {\r\n    port: 1,\r\n    mode: "local"\r\n  }\r\n}\r\n',
    ],
    ['a byte order mark', '\uFEFF{}', ['gateway', 'port'], 1, '\uFEFF{\n  "gateway": {\n    "port": 1\n  }\n}'],
    [
      'a removal',
      '{\n  gateway: {\n    port: 1, // old\n    mode: "local",\n  },\n}\n',
      ['gateway', 'mode'],
      undefined,
      '{\n  gateway: {\n    port: 1, // old\n  },\n}\n',
    ],
    [
      'a removal of the last without comma',
      '{gateway: {port: 1, mode: "local"}}',
      ['gateway', 'mode'],
      undefined,
      '{gateway: {port: 1}}',
    ],
    [
      'a new element',
      '{agents: {list: [{id: "a"}]}}',
      ['agents', 'list', 1],
      { id: 'b' },
      '{agents: {list: [{id: "a"}, {\n  id: "b"\n}]}}',
    ],
    [
      'one of several equal keys',
      '{gateway: {port: 1}, gateway: {port: 2}}',
      ['gateway', 'port'],
      3,
      '{gateway: {port: 1}, gateway: {port: 3}}',
    ],
    [
      'null where an object belongs',
      '{session: null}',
      ['session', 'scope'],
      'global',
      '{session: {\n  scope: "global"\n}}',
    ],
  ])('touch nothing else: %s', async (_, before, keys, value, after) => {
    expect(await edited(before, keys, value)).toBe(after)
  })

  it('create file and directories that only the owner may enter', async () => {
    const deep = join(directory, 'new', 'state', 'mayros.json')
    await new Json5ConfigSource({ path: deep, home: '/' }).edit([{ path: ['gateway', 'mode'], value: 'local' }])
    expect((await stat(deep)).mode & 0o777).toBe(0o600)
    expect((await stat(join(directory, 'new', 'state'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(directory, 'new'))).mode & 0o777).toBe(0o700)
  })

  it('go through a symbolic link and leave no temporary file', async () => {
    const target = join(directory, 'target.json')
    await writeFile(target, '{}')
    await symlink(target, path)
    await source.edit([{ path: ['gateway', 'port'], value: 4 }])
    expect(await readFile(target, 'utf8')).toContain('"port": 4')
    expect(readdirSync(directory).sort()).toEqual(['mayros.json', 'mayros.json.bak', 'target.json'])
  })

  it('do not touch the file when nothing changes', async () => {
    await writeFile(path, '{gateway: {port: 1}}')
    const before = await stat(path, { bigint: true })
    await source.edit([{ path: ['gateway'], value: { port: 1 } }])
    const after = await stat(path, { bigint: true })
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs])
  })
})

describe('readConnectionHints', () => {
  it('takes each value that is valid by itself, whatever else is wrong', async () => {
    await writeFile(
      path,
      '{gateway: {port: 99999, bind: "lan", mode: "remote", auth: {mode: "x", token: "t"}, remote: {url: "ws://h", token: 5}}, zzz: 1}',
    )
    expect(await readConnectionHints(path)).toEqual({
      bind: 'lan',
      mode: 'remote',
      token: 't',
      remoteUrl: 'ws://h',
      problem: null,
    })
  })

  it('knows TLS and the pin of a remote gateway, and takes a hashed password for none', async () => {
    await writeFile(
      path,
      '{gateway: {tls: {enabled: true}, auth: {password: "$scrypt$ln=15,r=8,p=1$x$y"}, remote: {tlsFingerprint: "ab"}}}',
    )
    expect(await readConnectionHints(path)).toEqual({
      tls: true,
      isPasswordHashed: true,
      remoteTlsFingerprint: 'ab',
      problem: null,
    })
    await writeFile(path, '{gateway: {tls: {enabled: "no"}, auth: {password: "plain"}}}')
    expect(await readConnectionHints(path)).toEqual({ password: 'plain', problem: null })
  })

  it('has no problem with a missing or blank file, and tells about a broken one', async () => {
    expect(await readConnectionHints(path)).toEqual({ problem: null })
    await writeFile(path, '// later\n')
    expect(await readConnectionHints(path)).toEqual({ problem: null })
    await writeFile(path, '{gateway: ')
    expect((await readConnectionHints(path)).problem).toContain('mayros.json:1:11  invalid end of input')
  })
})
