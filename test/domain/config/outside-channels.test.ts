import { describe, expect, it } from 'vitest'
import { checkConfig } from '../../../src/domain/config/check-config.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { channelKindsOf } from '../../../src/domain/config/outside-channels.js'
import { formatProblem } from '../../../src/domain/config/problem.js'
import { redactConfig } from '../../../src/domain/config/redact.js'
import { resolveChannelAccount } from '../../../src/domain/config/resolve-channel-account.js'
import { schemaFor } from '../../../src/domain/config/schema-for.js'

function check(value: object) {
  const schema = schemaFor(value)
  return checkConfig(schema, value, schema.safeParse(value))
}

const plugins = { channels: ['mayros-channel-sim'] }

describe('channels of packages in the configuration', () => {
  it('have the fields that all have, and any of their own', () => {
    const channels = { sim: { allowFrom: ['ann'], apiRoot: 'http://x', accounts: { a: { apiRoot: 'http://y' } } } }
    const { config, problems } = check({
      plugins,
      channels,
      bindings: [{ agentId: 'main', match: { channel: 'sim' } }],
    })
    expect(problems).toEqual([])
    if (config === null) throw new Error('no config')
    expect(channelKindsOf(config)).toContain('sim')
    expect(resolveChannelAccount(config, 'sim' as never, 'a')).toMatchObject({
      accountId: 'a',
      dmPolicy: 'pairing',
      allowFrom: ['ann'],
      apiRoot: 'http://y',
      retry: { attempts: 3 },
    })
  })

  it.each([
    [{ channels: { telegramm: {} } }, ['unknown_key channels.telegramm: unknown key (did you mean "telegram"?)']],
    [{ channels: { sim: {} } }, ['unknown_key channels.sim: unknown key (channels of packages need plugins.channels)']],
    [
      { plugins, channels: { sim: { dmPolicy: 'all' } } },
      [expect.stringMatching(/^bad_value channels.sim.dmPolicy: /)],
    ],
    [
      { plugins, channels: { sim: { dmPolicy: 'open' } } },
      ['conflict channels.sim.dmPolicy: open needs "*" in allowFrom'],
    ],
    [
      { channels: { webhook: { path: '/x', accounts: { a: {}, b: {} } } } },
      ['conflict channels.webhook.path: is the path of account "a" already'],
    ],
  ])('%j', (value, problems) => {
    expect(check(value).problems.map(({ problem }) => `${problem.code} ${formatProblem(problem)}`)).toEqual(problems)
  })

  it('show no secrets', () => {
    const value = { plugins, channels: { sim: { token: 'x', botTokne: 'y', accounts: { a: { password: 'z' } } } } }
    for (const schema of [schemaFor(value), gatewayConfigSchema()]) {
      expect(JSON.stringify(redactConfig(schema, value))).not.toMatch(/"[xyz]"/)
    }
  })
})
