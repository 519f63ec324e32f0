import { expect, it } from 'vitest'
import { missingChannels } from '../../../src/application/health/required-channels.js'
import type { Channel } from '../../../src/application/ports/channel.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'

const irc = { host: 'irc.example', nick: 'mayros' }
const missing = (channels: object, connected: readonly string[]) => {
  const config = gatewayConfigSchema().parse({ channels })
  const running = connected.map((name) => {
    const [id = '', accountId = ''] = name.split('/')
    return { id, accountId, status: () => ({ connected: true }) } as unknown as Channel
  })
  return missingChannels(config, running)
}

it('names accounts that are required and not connected', () => {
  expect(missing({ irc: { ...irc, required: true } }, [])).toEqual(['irc/default'])
  expect(missing({ irc: { ...irc, required: true } }, ['irc/default'])).toEqual([])
  expect(missing({ irc }, [])).toEqual([])
})

it('accounts inherit it, and may say otherwise', () => {
  const accounts = { home: {}, work: { required: false }, old: { enabled: false } }
  expect(missing({ irc: { ...irc, required: true, accounts } }, [])).toEqual(['irc/home'])
})

it('one that is required and could not even be made is missing too', () => {
  expect(missing({ telegram: { required: true }, irc: { ...irc, required: true } }, ['irc/default'])).toEqual([
    'telegram/default',
  ])
})
