import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { LoginTickets } from '../../../src/application/access/login-tickets.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'

const MINUTES = 60_000

describe('login tickets', () => {
  it('count once, and for five minutes', async () => {
    const clock = new FakeClock()
    const tickets = new LoginTickets(clock, new SequenceIds())
    const [first, second] = [tickets.issue(), tickets.issue()]
    expect(first.token).toMatch(/^once-/)
    expect(first.expiresAtMs).toBe(clock.now() + 5 * MINUTES)
    expect(first.token).not.toBe(second.token)
    expect([tickets.redeem(first.token), tickets.redeem(first.token)]).toEqual([true, false])
    expect(tickets.redeem('once-made-up')).toBe(false)
    await clock.advance(5 * MINUTES)
    expect(tickets.redeem(second.token)).toBe(false)
  })

  it('are few: the oldest gives way', () => {
    const tickets = new LoginTickets(new FakeClock(), new SequenceIds())
    const [oldest, next] = Array.from({ length: 33 }, () => tickets.issue())
    expect(tickets.redeem(oldest?.token ?? '')).toBe(false)
    expect(tickets.redeem(next?.token ?? '')).toBe(true)
  })
})

describe('a login ticket at the door', () => {
  let stage: GatewayStage
  afterEach(() => stage.close())

  const page = { address: '127.0.0.1', headers: { host: '127.0.0.1:18789', origin: 'http://127.0.0.1:18789' } }
  const ui = { clientId: 'mayros-control-ui', mode: 'ui', scopes: ['operator.admin'] } as const

  async function knock(options: object) {
    const client = await stage.knock(page)
    const answer = await client.connect(options)
    client.raw.close()
    await stage.settle()
    return answer
  }

  it('lets the Control UI in once, and it goes home with a token of its own', async () => {
    stage = await GatewayStage.open()
    const admin = await stage.join({ scopes: ['operator.admin'] })
    const ticket = await admin.call('login.ticket', {})
    expect(ticket).toEqual({
      token: expect.stringMatching(/^once-/),
      expiresAtMs: expect.any(Number),
      path: '/',
      enabled: true,
    })
    const { token } = ticket
    const first = await knock({ ...ui, token })
    expect(first.ok).toBe(true)
    expect(first.payload.auth.deviceToken).toEqual(expect.any(String))
    const again = await knock({ ...ui, token })
    expect(again.error).toMatchObject({ details: { code: 'AUTH_TOKEN_MISMATCH' } })
  })

  it('opens nothing to anybody else, nor to somebody who may only read', async () => {
    stage = await GatewayStage.open()
    const admin = await stage.join({ scopes: ['operator.admin'] })
    const { token } = await admin.call('login.ticket', {})
    const program = await knock({ clientId: 'cli', mode: 'cli', token })
    expect(program.error).toMatchObject({ details: { code: 'AUTH_TOKEN_MISMATCH' } })
    const reader = await stage.join({ scopes: ['operator.read'] })
    expect((await reader.request('login.ticket', {})).error?.message).toContain('missing scope: operator.admin')
  })
})
