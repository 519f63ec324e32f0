import assert from 'node:assert/strict'
import { ConfigFailure, type ConfigSource } from '../../src/application/ports/config-source.js'
import { REDACTED } from '../../src/domain/config/redacted.js'

/** What a config source contract needs of the test runner; vitest, mocha and node:test all have it. */
export interface ConfigSourceRunner {
  describe(title: string, body: () => void): void
  it(title: string, body: () => Promise<void>): void
}

export interface ConfigSourceSubject {
  readonly source: ConfigSource
  /** Puts other content where the source reads, as an operator would. */
  replace(text: string): Promise<void>
  dispose(): Promise<void>
}

export interface ConfigSourceHarness {
  readonly name: string
  /** @param text what the file says; null = there is none */
  create(text: string | null, options?: { readonly readonly?: boolean }): Promise<ConfigSourceSubject>
}

/** Holds a config source to everything the port promises. */
export function configSourceContract(runner: ConfigSourceRunner, harness: ConfigSourceHarness): void {
  const prove = (promise: string, text: string | null, body: (subject: ConfigSourceSubject) => Promise<void>) => {
    runner.it(promise, async () => {
      const subject = await harness.create(text)
      try {
        await body(subject)
      } finally {
        await subject.dispose()
      }
    })
  }

  runner.describe(`config source contract: ${harness.name}`, () => {
    prove('1 a missing file is an empty, valid configuration', null, async ({ source }) => {
      const reading = await source.read()
      assert.equal(reading.exists, false, 'exists must be false for a missing file')
      assert.equal(reading.raw, '', 'the text of a missing file must be empty')
      assert.equal(reading.hash, SHA256_OF_NOTHING, 'the hash must be the SHA-256 of the empty text')
      assert.deepEqual(reading.parsed, {}, 'a missing file must say {}')
      assert.equal(reading.config?.gateway.bind, 'loopback', 'defaults must be applied')
    })

    prove('2 an empty and a comment-only file are empty configurations', '\n', async ({ source, replace }) => {
      assert.deepEqual((await source.read()).problems, [], 'an empty file must have no problems')
      await replace('// nothing yet\n')
      assert.notEqual((await source.read()).config, null, 'a file of comments must be valid')
    })

    prove(
      '3 defaults are applied to the snapshot but not to what the text says',
      '{gateway: {port: 4000}}',
      async ({ source }) => {
        const reading = await source.read()
        assert.deepEqual(reading.parsed, { gateway: { port: 4000 } }, 'parsed must not contain defaults')
        assert.equal(reading.config?.session.scope, 'per-sender', 'config must contain defaults')
      },
    )

    prove('4 the snapshot is frozen at every depth', '{agents: {list: [{id: "a"}]}}', async ({ source }) => {
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

    prove('5 all problems are told at once, with path, code and fix', BAD, async ({ source }) => {
      const { config, problems } = await source.read()
      assert.equal(config, null, 'an invalid file must give no snapshot')
      const told = new Map(problems.map((problem) => [problem.path, problem]))
      assert.equal(
        told.get('gateway.port')?.message,
        'expected a whole number from 1 to 65535, got "abc"',
        'gateway.port',
      )
      assert.equal(told.get('gateway.port')?.code, 'wrong_type', 'gateway.port must have code wrong_type')
      assert.equal(told.get('gateway.bnd')?.code, 'unknown_key', 'gateway.bnd must be an unknown key')
      assert.equal(
        told.get('gateway.bnd')?.hint,
        'did you mean "bind"?',
        'gateway.bnd must have the nearest key as hint',
      )
      assert.equal(told.get('gateway.token')?.hint, 'use gateway.auth.token', 'gateway.token must name its new place')
      assert.equal(told.get('session.scope')?.message, 'expected per-sender or global, got "all"', 'session.scope')
      assert.equal(told.get('agents.list[0].id')?.code, 'missing_key', 'agents.list[0].id must be missing')
      assert.equal(told.get('agents.defaults.maxConcurrent')?.code, 'out_of_range', 'agents.defaults.maxConcurrent')
      assert.equal(problems.length, 6, `exactly these problems, seen: ${[...told.keys()].join(', ')}`)
    })

    prove(
      '6 no problem shows a secret',
      '{gateway: {auth: {token: 5551234567, password: ["hunter2-long"]}, remote: "hunter3-long"}}',
      async ({ source }) => {
        const text = JSON.stringify((await source.read()).problems)
        for (const secret of ['5551234567', 'hunter2', 'hunter3']) {
          assert.ok(!text.includes(secret), `a problem contains the secret ${secret}: ${text}`)
        }
      },
    )

    prove(
      '7 reserved keys are refused wherever they stand',
      '{models: {providers: {constructor: {}}}, "__proto__": {x: 1}}',
      async ({ source }) => {
        const { config, problems } = await source.read()
        assert.equal(config, null, 'reserved keys must make a file invalid')
        assert.equal(
          problems.filter((problem) => problem.message === 'reserved key').length,
          2,
          'both reserved keys must be named',
        )
      },
    )

    prove('8 what is shown has the placeholder in place of every secret', SECRETS, async ({ source }) => {
      const reading = await source.read()
      const shown = JSON.stringify([reading.redactedParsed, reading.redactedConfig]) + reading.redactedRaw
      for (const secret of ['gate-secret', 'key-secret', 'header-secret']) {
        assert.ok(!shown.includes(secret), `the secret ${secret} is shown`)
      }
      assert.ok(shown.includes(`\${GATE_PASSWORD}`), 'a pure reference to a variable must stay visible')
      assert.ok(reading.redactedRaw?.includes(REDACTED), 'redactedRaw must carry the placeholder')
    })

    prove(
      '8a a misspelt name does not uncover a secret',
      '{gateway: {auth: {tokne: "gate-secret"}}}',
      async ({ source }) => {
        const reading = await source.read()
        const shown = JSON.stringify([reading.redactedParsed, reading.problems]) + reading.redactedRaw
        assert.ok(!shown.includes('gate-secret'), `the secret is shown: ${shown}`)
      },
    )

    prove(
      '9 rules over several keys are checked',
      '{gateway: {bind: "custom"}, agents: {list: [{id: "a"}, {id: "A"}]}}',
      async ({ source }) => {
        const { problems } = await source.read()
        assert.deepEqual(problems.map((problem) => [problem.path, problem.code]).sort(), [
          ['agents.list[1].id', 'conflict'],
          ['gateway.bind', 'conflict'],
        ])
      },
    )

    prove('10 an edit sets only the named values and creates the file', null, async ({ source }) => {
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

    prove(
      '11 undefined removes a value; removing nothing changes nothing',
      '{gateway: {port: 1, mode: "local"}}',
      async ({ source }) => {
        const before = await source.read()
        assert.equal(
          (await source.edit([{ path: ['session', 'scope'], value: undefined }])).hash,
          before.hash,
          'nothing to remove',
        )
        await source.edit([{ path: ['gateway', 'port'], value: undefined }])
        assert.deepEqual((await source.read()).parsed, { gateway: { mode: 'local' } })
      },
    )

    prove(
      '12 an edit that would make the configuration invalid writes nothing',
      '{gateway: {port: 1}}',
      async ({ source }) => {
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
      },
    )

    prove('13 an edit from an older reading is refused', '{gateway: {port: 1}}', async ({ source }) => {
      const { hash: baseHash } = await source.read()
      await source.edit([{ path: ['gateway', 'port'], value: 2 }], { baseHash })
      const failure = await failureOf(source.edit([{ path: ['gateway', 'port'], value: 3 }], { baseHash }))
      assert.equal(failure.code, 'config-changed', 'the base hash is out of date')
      assert.deepEqual((await source.read()).parsed, { gateway: { port: 2 } })
    })

    prove('14 the placeholder keeps what is stored', SECRETS, async ({ source }) => {
      await source.edit([{ path: ['gateway', 'auth'], value: { mode: 'token', token: REDACTED } }])
      const { config } = await source.read()
      assert.deepEqual(config?.gateway.auth, { mode: 'token', token: 'gate-secret' })
      const failure = await failureOf(source.edit([{ path: ['gateway', 'auth', 'password'], value: REDACTED }]))
      assert.equal(failure.code, 'config-invalid', 'a placeholder where nothing is stored must be refused')
    })

    prove('15 edits asked for at once do not lose each other', '{}', async ({ source }) => {
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

    runner.it('16 a read-only source refuses every edit', async () => {
      const { source, dispose } = await harness.create('{}', { readonly: true })
      try {
        const failure = await failureOf(source.edit([{ path: ['gateway', 'port'], value: 7 }]))
        assert.equal(failure.code, 'config-readonly')
        assert.deepEqual((await source.read()).parsed, {})
      } finally {
        await dispose()
      }
    })

    prove('17 a watcher is called after a change, and never after it stopped', '{}', async ({ source, replace }) => {
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
      assert.equal(
        (await source.read()).config?.gateway.port,
        9,
        'the new text must be there when the watcher is called',
      )
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

    prove('18 text that cannot be parsed is a problem, not an exception', '{gateway: {', async ({ source }) => {
      const reading = await source.read()
      assert.equal(reading.problems[0]?.code, 'parse_error')
      assert.equal(reading.parsed, null)
      assert.equal(reading.redactedRaw, null, 'text that does not parse cannot be redacted, so it must not be shown')
      assert.equal((await failureOf(source.edit([{ path: ['gateway', 'port'], value: 1 }]))).code, 'config-invalid')
    })
  })
}

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

async function failureOf(promise: Promise<unknown>): Promise<ConfigFailure> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof ConfigFailure, `expected a ConfigFailure, got ${String(error)}`)
    return error
  }
  assert.fail('expected a ConfigFailure, but the call succeeded')
}
