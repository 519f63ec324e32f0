import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readShellEnvironment } from '../../src/adapters/environment-node/shell-environment.js'
import { KNOWN_PROVIDERS } from '../../src/adapters/runner-ai-sdk/known-providers.js'
import { SHELL_VARIABLES } from '../../src/domain/config/shell-variables.js'

describe('the environment of the login shell', () => {
  let home: string
  const names = ['OPENAI_API_KEY', 'GROQ_API_KEY', 'TELEGRAM_BOT_TOKEN']
  const ask = (more: { env?: Record<string, string>; timeoutMs?: number } = {}) =>
    readShellEnvironment({
      names,
      timeoutMs: more.timeoutMs ?? 20_000,
      env: { PATH: process.env.PATH, HOME: home, SHELL: '/bin/sh', ...more.env },
    })
  const profile = (text: string) => writeFileSync(join(home, '.profile'), text)

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'mayros-shell-'))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  it('brings what its start-up files export, and only what was asked for', async () => {
    profile(
      [
        'echo "welcome OPENAI_API_KEY=printed"',
        'printf "\\0mayros-environment\\0OPENAI_API_KEY=forged\\0"',
        'export OPENAI_API_KEY="two\nlines=1"',
        'export GROQ_API_KEY=""',
        'TELEGRAM_BOT_TOKEN=not-exported',
        'export SECRET_OF_MINE=x',
      ].join('\n'),
    )
    expect(await ask()).toEqual({ variables: { OPENAI_API_KEY: 'two\nlines=1' }, problem: null })
  })

  it('tells why there is no answer, without a value', async () => {
    profile('export OPENAI_API_KEY=sk-secret\nexit 3')
    expect(await ask()).toEqual({ variables: {}, problem: '/bin/sh ended with code 3' })
    expect((await ask({ env: { SHELL: '/no/such/shell' } })).problem).toBe('/no/such/shell cannot be run (ENOENT)')
    const refusing = join(home, 'refusing')
    writeFileSync(refusing, '')
    chmodSync(refusing, 0o600)
    expect((await ask({ env: { SHELL: refusing } })).problem).toMatch(/cannot be run \(EACCES\)/)
  })

  it('is not waited for longer than is said, nor what it started', async () => {
    profile('sleep 60 & sleep 60')
    expect(await ask({ timeoutMs: 150 })).toEqual({
      variables: {},
      problem: '/bin/sh did not answer within 150 ms',
    })
  })

  it('comes also when something that was started goes on', async () => {
    profile('export GROQ_API_KEY=g\nsleep 3 &')
    expect(await ask()).toEqual({ variables: { GROQ_API_KEY: 'g' }, problem: null })
  })

  it('may hold the key of every provider that is known', () => {
    const keys = [...KNOWN_PROVIDERS.values()].flatMap(({ keyVariables }) => keyVariables)
    expect(SHELL_VARIABLES).toEqual(expect.arrayContaining(keys))
  })

  it('falls back to /bin/sh where SHELL is no path', async () => {
    profile('export GROQ_API_KEY=g')
    expect((await ask({ env: { SHELL: 'sh; rm -rf ~' } })).variables).toEqual({ GROQ_API_KEY: 'g' })
  })
})
