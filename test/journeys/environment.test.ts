import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IrcServer } from '../doubles/irc-server.js'
import { CliHome } from './harness/cli-home.js'
import { until } from './harness/until.js'

const TOKEN = 'a-token-of-the-login-shell-that-is-long'

describe('what the environment says', () => {
  let home: CliHome
  const shell = { SHELL: '/bin/sh' }
  const profile = (text: string) => {
    mkdirSync(home.path, { recursive: true })
    writeFileSync(join(home.path, '.profile'), text)
  }

  beforeEach(() => {
    home = new CliHome()
  })
  afterEach(() => home.dispose())

  it('is completed from the login shell where the configuration asks for it, also for what it refers to', async () => {
    profile(`export MAYROS_GATEWAY_TOKEN=${TOKEN}\nexport GROQ_API_KEY=gsk-of-the-shell\necho noise`)
    await home.configure({
      env: { shellEnv: { enabled: true } },
      models: { providers: { groq: { apiKey: `\${GROQ_API_KEY}`, models: [{ id: 'm' }] } } },
    })
    const gateway = await home.gateway([], { env: { ...shell, HOME: home.path } })
    expect(gateway.process.stdout).toMatch(/from the login shell: (GROQ_API_KEY, )?MAYROS_GATEWAY_TOKEN/)
    expect(gateway.process.stdout).toContain('agent main answers with groq/m')
    const text = gateway.process.stdout + gateway.process.stderr
    for (const secret of [TOKEN, 'gsk-of-the-shell']) expect(text).not.toContain(secret)
    expect((await home.run(['health', '--url', gateway.url, '--token', TOKEN])).code).toBe(0)
  })

  it('is asked for nothing unless somebody wants it, and can say so itself', async () => {
    profile('export GROQ_API_KEY=gsk-of-the-shell')
    const env = { ...shell, HOME: home.path }
    const without = await home.gateway([], { env })
    expect(without.process.stdout).not.toContain('login shell')
    without.process.kill('SIGTERM')
    await without.process.exited
    const asked = await home.gateway([], { env: { ...env, MAYROS_LOAD_SHELL_ENV: '1', GROQ_API_KEY: 'gsk-here' } })
    expect(asked.process.stdout).toContain('from the login shell: no further key')
  })

  it('keeps channels away until one is asked for, and sets the level of the log', async () => {
    const irc = await new IrcServer().listen()
    try {
      await home.configure({
        channels: { irc: { host: '127.0.0.1', port: irc.port, tls: false, nick: 'mayros', channels: ['#a'] } },
      })
      const env = { MAYROS_SKIP_CHANNELS: '1', MAYROS_LOG_LEVEL: 'debug', MAYROS_NO_RESPAWN: 'perhaps' }
      const { process: started } = await home.gateway([], { env })
      expect(started.stdout).toContain('MAYROS_SKIP_CHANNELS: no channel is connected by itself')
      expect(started.stderr).toContain('MAYROS_NO_RESPAWN counts as off: expected 1 or 0')
      expect(irc.connections).toBe(0)
      expect((await home.run(['channels', 'start', '--channel', 'irc'])).code).toBe(0)
      await until('the guest', () => irc.connections === 1)
      await started.says(/ debug \[/)
    } finally {
      await irc.stop()
    }
  })
})
