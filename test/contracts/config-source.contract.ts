import assert from 'node:assert/strict'
import type { ConfigFailure, ConfigSource } from '../../src/application/ports/config-source.js'
import { REDACTED } from '../../src/domain/config/redacted.js'
import { CONFIG_SOURCE_GUARANTEES, type ConfigSourceGuaranteeId } from './config-source/config-source-guarantees.js'
import { type ContractHarness, defineContract } from './kit/contract.js'
import { checkBy } from './kit/proofs.js'
import { requireFailure } from './kit/require-failure.js'

/** A source under test. */
export interface ConfigSourceSubject {
  readonly source: ConfigSource
  /** Puts other content where the source reads, as an operator would. */
  replace(text: string): Promise<void>
  dispose(): Promise<void>
}

/** How the source is to be made. */
export interface ConfigSourceSetting {
  readonly readonly?: boolean
  /** The environment that references look into. */
  readonly variables?: Readonly<Record<string, string>>
}

/** What a source's own test has to bring. */
export interface ConfigSourceHarness extends ContractHarness {
  /** @param text what the file says; null = there is none */
  create(text: string | null, options?: ConfigSourceSetting): Promise<ConfigSourceSubject>
}

const proofs = new Map<ConfigSourceGuaranteeId, (harness: ConfigSourceHarness) => Promise<void>>()

/** A reference to a variable, as people write it. */
const ref = (name: string) => `\${${name}}`

const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const BAD = `{
  gateway: { port: "abc", bnd: "lan", token: "x" },
  agents: { list: [{ name: "n" }], defaults: { maxConcurrent: 0 } },
  session: { scope: "all" },
}`

const SECRETS = `{
  gateway: { auth: { token: "gate-secret" }, remote: { password: "\${GATE_PASSWORD}" } },
  models: { providers: { own: { apiKey: 'key-secret', headers: { "x-auth": "header-secret" } } } },
}`

prove('C1', null, async ({ source }) => {
  const reading = await source.read()
  assert.equal(reading.exists, false, 'exists must be false for a missing file')
  assert.equal(reading.raw, '', 'the text of a missing file must be empty')
  assert.equal(reading.hash, SHA256_OF_NOTHING, 'the hash must be the SHA-256 of the empty text')
  assert.deepEqual(reading.parsed, {}, 'a missing file must say {}')
  assert.equal(reading.config?.gateway.bind, 'loopback', 'defaults must be applied')
})

prove('C2', '\n', async ({ source, replace }) => {
  assert.deepEqual((await source.read()).problems, [], 'an empty file must have no problems')
  await replace('// nothing yet\n')
  assert.notEqual((await source.read()).config, null, 'a file of comments must be valid')
})

prove('C3', '{gateway: {port: 4000}}', async ({ source }) => {
  const reading = await source.read()
  assert.deepEqual(reading.parsed, { gateway: { port: 4000 } }, 'parsed must not contain defaults')
  assert.equal(reading.config?.session.scope, 'per-sender', 'config must contain defaults')
})

prove('C4', '{agents: {list: [{id: "a"}]}}', async ({ source }) => {
  const { config } = await source.read()
  assert.ok(config !== null, 'the file must be valid')
  for (const [place, value] of Object.entries({
    config,
    gateway: config.gateway,
    list: config.agents.list,
    agent: config.agents.list?.[0],
  })) {
    assert.ok(Object.isFrozen(value), `${place} must be frozen`)
  }
})

prove('C5', BAD, async ({ source }) => {
  const { config, problems } = await source.read()
  assert.equal(config, null, 'an invalid file must give no snapshot')
  const told = new Map(problems.map((problem) => [problem.path, problem]))
  assert.equal(told.get('gateway.port')?.message, 'expected a whole number from 1 to 65535, got "abc"', 'gateway.port')
  assert.equal(told.get('gateway.port')?.code, 'wrong_type', 'gateway.port must have code wrong_type')
  assert.equal(told.get('gateway.bnd')?.code, 'unknown_key', 'gateway.bnd must be an unknown key')
  assert.equal(told.get('gateway.bnd')?.hint, 'did you mean "bind"?', 'gateway.bnd must have the nearest key as hint')
  assert.equal(told.get('gateway.token')?.hint, 'use gateway.auth.token', 'gateway.token must name its new place')
  assert.equal(told.get('session.scope')?.message, 'expected per-sender or global, got "all"', 'session.scope')
  assert.equal(told.get('agents.list[0].id')?.code, 'missing_key', 'agents.list[0].id must be missing')
  assert.equal(told.get('agents.defaults.maxConcurrent')?.code, 'out_of_range', 'agents.defaults.maxConcurrent')
  assert.equal(problems.length, 6, `exactly these problems, seen: ${[...told.keys()].join(', ')}`)
})

prove(
  'C6',
  '{gateway: {auth: {token: 5551234567, password: ["hunter2-long"]}, remote: "hunter3-long"}}',
  async ({ source }) => {
    const text = JSON.stringify((await source.read()).problems)
    for (const secret of ['5551234567', 'hunter2', 'hunter3']) {
      assert.ok(!text.includes(secret), `a problem contains the secret ${secret}: ${text}`)
    }
  },
)

prove('C7', '{models: {providers: {constructor: {}}}, "__proto__": {x: 1}}', async ({ source }) => {
  const { config, problems } = await source.read()
  assert.equal(config, null, 'reserved keys must make a file invalid')
  assert.equal(
    problems.filter((problem) => problem.message === 'reserved key').length,
    2,
    'both reserved keys must be named',
  )
})

prove('C8', SECRETS, async ({ source }) => {
  const reading = await source.read()
  const shown = JSON.stringify([reading.redactedParsed, reading.redactedConfig]) + reading.redactedRaw
  for (const secret of ['gate-secret', 'key-secret', 'header-secret']) {
    assert.ok(!shown.includes(secret), `the secret ${secret} is shown`)
  }
  assert.ok(shown.includes(`\${GATE_PASSWORD}`), 'a pure reference to a variable must stay visible')
  assert.ok(reading.redactedRaw?.includes(REDACTED), 'redactedRaw must carry the placeholder')
})

prove('C9', '{gateway: {auth: {tokne: "gate-secret"}}}', async ({ source }) => {
  const reading = await source.read()
  const shown = JSON.stringify([reading.redactedParsed, reading.problems]) + reading.redactedRaw
  assert.ok(!shown.includes('gate-secret'), `the secret is shown: ${shown}`)
})

prove('C10', '{gateway: {bind: "custom"}, agents: {list: [{id: "a"}, {id: "A"}]}}', async ({ source }) => {
  const { problems } = await source.read()
  assert.deepEqual(problems.map((problem) => [problem.path, problem.code]).sort(), [
    ['agents.list[1].id', 'conflict'],
    ['gateway.bind', 'conflict'],
  ])
})

prove('C11', null, async ({ source }) => {
  const edits = [
    { path: ['gateway', 'mode'], value: 'local' },
    { path: ['agents', 'list', 0], value: { id: 'a' } },
  ]
  const written = await source.edit(edits)
  const expected = { gateway: { mode: 'local' }, agents: { list: [{ id: 'a' }] } }
  assert.deepEqual(written.parsed, expected, 'the edit must answer what is stored now')
  assert.deepEqual((await source.read()).parsed, expected, 'the edit must be stored')
  assert.equal((await source.read()).hash, written.hash, 'the answered hash must be the stored one')
})

prove('C12', '{gateway: {port: 1, mode: "local"}}', async ({ source }) => {
  const before = await source.read()
  assert.equal(
    (await source.edit([{ path: ['session', 'scope'], value: undefined }])).hash,
    before.hash,
    'nothing to remove',
  )
  await source.edit([{ path: ['gateway', 'port'], value: undefined }])
  assert.deepEqual((await source.read()).parsed, { gateway: { mode: 'local' } })
})

prove('C13', '{gateway: {port: 1}}', async ({ source }) => {
  const before = await source.read()
  for (const edit of [
    { path: ['gateway', 'port'], value: 'x' },
    { path: ['gateway', '__proto__'], value: 1 },
    { path: ['gateway', 'port', 'deeper'], value: 1 },
    { path: ['agents', 'list', 3], value: { id: 'a' } },
  ]) {
    const failure = await failureOf(source.edit([edit]))
    assert.equal(failure.code, 'config-invalid', `setting ${edit.path.join('.')} must be refused`)
    const { problems } = failure.details as { problems?: unknown[] }
    assert.ok((problems?.length ?? 0) > 0, 'details.problems must tell why')
  }
  assert.equal((await source.read()).raw, before.raw, 'the text must be as before')
})

prove('C14', '{gateway: {port: 1}}', async ({ source }) => {
  const { hash: baseHash } = await source.read()
  await source.edit([{ path: ['gateway', 'port'], value: 2 }], { baseHash })
  const failure = await failureOf(source.edit([{ path: ['gateway', 'port'], value: 3 }], { baseHash }))
  assert.equal(failure.code, 'config-changed', 'the base hash is out of date')
  assert.deepEqual((await source.read()).parsed, { gateway: { port: 2 } })
})

prove(
  'C15',
  SECRETS,
  async ({ source }) => {
    await source.edit([{ path: ['gateway', 'auth'], value: { mode: 'token', token: REDACTED } }])
    const { config } = await source.read()
    assert.equal(config?.gateway.auth.mode, 'token', 'what was sent must be stored')
    assert.equal(config?.gateway.auth.token, 'gate-secret', 'the placeholder must keep the secret')
    const failure = await failureOf(source.edit([{ path: ['gateway', 'auth', 'password'], value: REDACTED }]))
    assert.equal(failure.code, 'config-invalid', 'a placeholder where nothing is stored must be refused')
  },
  { GATE_PASSWORD: 'word' },
)

prove('C16', '{}', async ({ source }) => {
  await Promise.all([
    source.edit([{ path: ['gateway', 'port'], value: 7 }]),
    source.edit([{ path: ['gateway', 'mode'], value: 'local' }]),
    source.edit([{ path: ['session', 'scope'], value: 'global' }]),
  ])
  assert.deepEqual((await source.read()).parsed, {
    gateway: { port: 7, mode: 'local' },
    session: { scope: 'global' },
  })
})

proofs.set('C17', async (harness) => {
  const { source, dispose } = await harness.create('{}', { readonly: true })
  try {
    const failure = await failureOf(source.edit([{ path: ['gateway', 'port'], value: 7 }]))
    assert.equal(failure.code, 'config-readonly')
    assert.deepEqual((await source.read()).parsed, {})
  } finally {
    await dispose()
  }
})

prove('C18', '{}', async ({ source, replace }) => {
  let stopped = false
  let lateCalls = 0
  await new Promise<void>((resolve, reject) => {
    const stop = source.watch(() => {
      if (stopped) lateCalls += 1
      stopped = true
      stop()
      resolve()
    })
    replace('{gateway: {port: 9}}').catch(reject)
  })
  assert.equal((await source.read()).config?.gateway.port, 9, 'the new text must be there when the watcher is called')
  await replace('{gateway: {port: 10}}')
  const seenByAnother = new Promise<void>((resolve) => {
    const stop = source.watch(() => {
      stop()
      resolve()
    })
  })
  await replace('{gateway: {port: 11}}')
  await seenByAnother
  assert.equal(lateCalls, 0, 'a stopped watcher was called')
})

prove('C19', '{gateway: {', async ({ source }) => {
  const reading = await source.read()
  assert.equal(reading.problems[0]?.code, 'parse_error')
  assert.equal(reading.parsed, null)
  assert.equal(reading.redactedRaw, null, 'text that does not parse cannot be redacted, so it must not be shown')
  assert.equal((await failureOf(source.edit([{ path: ['gateway', 'port'], value: 1 }]))).code, 'config-invalid')
})

prove(
  'C20',
  `{
  gateway: { port: "\${PORT}", auth: { token: "\${TOKEN}", password: "pre-\${TOKEN}" } },
  agents: { list: [{ id: "a", name: "$\${PORT} \${name} $PORT \${PORT}" }] },
}`,
  async ({ source }) => {
    const { config, problems, redactedConfig, parsed } = await source.read()
    assert.deepEqual(problems, [], 'a text that spells a number must do for a number')
    assert.equal(config?.gateway.port, 4000, 'the variable must be filled in as a number')
    assert.equal(config?.gateway.auth.token, 'filled-secret', 'a secret must be filled in')
    assert.equal(
      config?.agents.list?.[0]?.name,
      `${ref('PORT')} \${name} $PORT 4000`,
      'the escape and what only looks alike',
    )
    assert.equal(valueIn(parsed, 'gateway', 'port'), ref('PORT'), 'parsed must be as it is written')
    assert.equal(valueIn(redactedConfig, 'gateway', 'auth', 'token'), ref('TOKEN'), 'a mere reference must be shown')
    assert.equal(valueIn(redactedConfig, 'gateway', 'auth', 'password'), REDACTED, 'text around it may be secret')
  },
  { PORT: '4000', TOKEN: 'filled-secret' },
)

prove(
  'C21',
  `{gateway: {auth: {token: "${ref('MISSING')}", password: "${ref('EMPTY')}"}, port: "${ref('PORT')}"}}`,
  async ({ source }) => {
    const { config, problems } = await source.read()
    assert.equal(config, null, 'a missing variable must make the configuration invalid')
    const told = problems.map(({ path, code, message }) => [path, code, message])
    assert.deepEqual(told.slice().sort(), [
      ['gateway.auth.password', 'env_missing', 'environment variable EMPTY is not set'],
      ['gateway.auth.token', 'env_missing', 'environment variable MISSING is not set'],
      [
        'gateway.port',
        'wrong_type',
        'expected a whole number from 1 to 65535, got something else from environment variable PORT',
      ],
    ])
    await source.edit([{ path: ['session', 'scope'], value: 'global' }]).then(
      () => assert.fail('the port is still wrong'),
      () => undefined,
    )
  },
  { EMPTY: '', PORT: 'abc' },
)

prove(
  'C22',
  '{gateway: {auth: {token: {env: "TOKEN"}, password: {env: "NOBODY"}}}}',
  async ({ source }) => {
    const { problems, resolved } = await source.read()
    assert.deepEqual(
      problems.map(({ path, code }) => [path, code]),
      [['gateway.auth.password', 'env_missing']],
    )
    assert.equal(valueIn(resolved, 'gateway', 'auth', 'token'), 'filled-secret')
    await source.edit([{ path: ['gateway', 'mode'], value: 'local' }])
    assert.deepEqual(valueIn((await source.read()).parsed, 'gateway', 'auth', 'token'), { env: 'TOKEN' })
  },
  { TOKEN: 'filled-secret' },
)

prove('C23', '{gateway: {port: 1}}', async ({ source }) => {
  const before = await source.read()
  const written = await source.replace('{gateway: {port: 2}, session: {scope: "global"}}', { baseHash: before.hash })
  assert.deepEqual([...written.changed].sort(), ['gateway.port', 'session.scope'], 'changed must name what differs')
  assert.equal(written.written.length, 1, 'written must name the file')
  assert.notEqual(written.snapshotHash, before.snapshotHash, 'another text must have another snapshot hash')
  assert.equal((await source.read()).hash, written.hash, 'the text must be stored')
  const stale = await failureOf(source.replace('{}', { baseHash: before.hash }))
  assert.equal(stale.code, 'config-changed', 'the base hash is out of date')
  const failure = await failureOf(source.replace('{gateway: {port: 0}}'))
  assert.equal(failure.code, 'config-invalid', 'an invalid text must be refused')
  assert.equal((await source.replace(written.raw)).written.length, 0, 'the same text must not be written again')
})

prove('C24', '{gateway: {', async ({ source }) => {
  await source.replace('{gateway: {port: 5}}')
  assert.equal((await source.read()).config?.gateway.port, 5)
})

prove(
  'C25',
  SECRETS,
  async ({ source }) => {
    const { redactedRaw, parsed } = await source.read()
    assert.ok(redactedRaw !== null, 'the text must be shown')
    await source.replace(redactedRaw)
    assert.deepEqual((await source.read()).parsed, parsed, 'a text that was shown must say the same when it comes back')
    const failure = await failureOf(source.replace(`{gateway: {auth: {password: "${REDACTED}"}}}`))
    assert.equal(failure.code, 'config-invalid', 'a placeholder where nothing is stored must be refused')
  },
  { GATE_PASSWORD: 'word' },
)

prove('C26', '{gateway: {port: 1}}', async ({ source }) => {
  const before = await source.read()
  const dry = await source.edit([{ path: ['gateway', 'port'], value: 2 }], { dryRun: true })
  assert.equal(dry.config?.gateway.port, 2, 'a dry run must show what would be')
  assert.deepEqual(dry.changed, ['gateway.port'])
  assert.equal((await source.preview([{ path: before.path, text: '{gateway: {port: 3}}' }])).config?.gateway.port, 3)
  assert.equal((await source.read()).hash, before.hash, 'nothing may be written')
})

prove('C27', `{env: {vars: {PORT: "7"}}, gateway: {port: "${ref('PORT')}"}}`, async ({ source }) => {
  const { variables, resolved } = await source.read()
  assert.equal(variables.PORT, '7', 'the section must be told')
  assert.equal(String(valueIn(resolved, 'gateway', 'port')), '7', 'the section must be used')
})

/** Holds a config source to everything the port promises. */
export const configSourceContract = defineContract<ConfigSourceHarness>({
  port: 'config-source',
  guarantees: CONFIG_SOURCE_GUARANTEES,
  members: ['create'],
  check: checkBy(proofs),
})

/** The proof gets a source whose file says `text`; null = there is none. */
function prove(
  id: ConfigSourceGuaranteeId,
  text: string | null,
  body: (subject: ConfigSourceSubject) => Promise<void>,
  variables?: Readonly<Record<string, string>>,
): void {
  proofs.set(id, async (harness) => {
    const subject = await harness.create(text, variables === undefined ? undefined : { variables })
    try {
      await body(subject)
    } finally {
      await subject.dispose()
    }
  })
}

function valueIn(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inside, key) => (inside as Record<string, unknown> | null | undefined)?.[key], value)
}

async function failureOf(promise: Promise<unknown>): Promise<ConfigFailure> {
  const [outcome] = await Promise.allSettled([promise])
  assert.equal(outcome.status, 'rejected', 'expected a ConfigFailure, but the call succeeded')
  return requireFailure<ConfigFailure>(outcome.reason, 'ConfigFailure', 'the edit')
}
