import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { isActive } from '../../../src/domain/heartbeat/active-hours.js'
import { isIdleList, newsOfAnswer } from '../../../src/domain/heartbeat/heartbeat-answer.js'
import { heartbeatSettingsOf } from '../../../src/domain/heartbeat/heartbeat-settings.js'

const settings = (config: object, agentId = 'main') =>
  heartbeatSettingsOf(gatewayConfigSchema().parse(config), agentId, 'main')

describe('settings of heartbeats', () => {
  it('are those of the default agent every half hour, and of nobody else', () => {
    expect(settings({})).toEqual({
      everyMs: 1_800_000,
      every: '30m',
      activeHours: null,
      target: 'last',
      to: null,
      accountId: null,
      session: null,
      model: null,
      prompt: null,
      ackMaxChars: 300,
    })
    expect(settings({ agents: { list: [{ id: 'main' }, { id: 'ops' }] } }, 'ops')).toMatchObject({
      everyMs: 0,
      every: 'off',
    })
  })

  it('are those of the agents that have some of their own, over the defaults', () => {
    const config = {
      agents: {
        defaults: { heartbeat: { every: '1h', target: 'irc', to: '#c', model: 'a/b' } },
        list: [{ id: 'main' }, { id: 'Ops', heartbeat: { every: 10, to: 42 } }],
      },
    }
    expect(settings(config, 'ops')).toMatchObject({
      everyMs: 600_000,
      every: '10m',
      target: 'irc',
      to: '42',
      model: 'a/b',
    })
    expect(settings(config).everyMs).toBe(0)
  })

  it('may say that there are none', () => {
    expect(settings({ agents: { defaults: { heartbeat: { every: 0 } } } })).toMatchObject({ everyMs: 0, every: 'off' })
  })

  it('find the zone of their hours', () => {
    const hours = (activeHours: object, userTimezone?: string) =>
      settings({ agents: { defaults: { heartbeat: { activeHours }, ...(userTimezone ? { userTimezone } : {}) } } })
        .activeHours?.zone
    expect(hours({ start: '08:00' })).toBeNull()
    expect(hours({ start: '08:00' }, 'Asia/Tokyo')).toBe('Asia/Tokyo')
    expect(hours({ start: '08:00', timezone: 'local' }, 'Asia/Tokyo')).toBeNull()
    expect(hours({ start: '08:00', timezone: 'Europe/Berlin' }, 'Asia/Tokyo')).toBe('Europe/Berlin')
  })
})

describe('active hours', () => {
  const at = (time: string, hours: object) =>
    isActive({ zone: 'UTC', ...hours }, Date.parse(`2026-11-22T${time}:00Z`), () => 'UTC')

  it.each([
    [{ start: '08:00', end: '22:00' }, ['08:00', '21:59'], ['07:59', '22:00', '00:00']],
    [{ start: '22:00', end: '06:00' }, ['22:00', '23:59', '00:00', '05:59'], ['06:00', '21:59']],
    [{ start: '08:00' }, ['08:00', '23:59'], ['07:59']],
    [{ end: '08:00' }, ['00:00', '07:59'], ['08:00']],
    [{ start: '00:00', end: '24:00' }, ['00:00', '23:59'], []],
  ])('%j', (hours, inside, outside) => {
    for (const time of inside) expect([time, at(time, hours)]).toEqual([time, true])
    for (const time of outside) expect([time, at(time, hours)]).toEqual([time, false])
  })

  it('are of their zone, and of this host without one', () => {
    const moment = Date.parse('2026-07-01T06:30:00Z')
    expect(isActive({ start: '08:00', end: '09:00', zone: 'Europe/Berlin' }, moment, () => 'UTC')).toBe(true)
    expect(isActive({ start: '08:00', end: '09:00', zone: null }, moment, () => 'UTC')).toBe(false)
    expect(isActive({ start: '08:00', end: '09:00', zone: null }, moment, () => 'Europe/Berlin')).toBe(true)
    expect(isActive(null, moment, () => 'UTC')).toBe(true)
  })
})

describe('the answer to a heartbeat', () => {
  it.each([
    ['HEARTBEAT_OK', null],
    ['  **HEARTBEAT_OK** ', null],
    ['HEARTBEAT_OK. All quiet.', null],
    ['All quiet.\nHEARTBEAT_OK', null],
    ['The disk is full', 'The disk is full'],
    ['It says HEARTBEAT_OK in the middle of it', 'It says HEARTBEAT_OK in the middle of it'],
    [`HEARTBEAT_OK\n${'x'.repeat(301)}`, 'x'.repeat(301)],
    [`${'x'.repeat(301)} HEARTBEAT_OK`, 'x'.repeat(301)],
  ])('%j is for people: %j', (text, news) => {
    expect(newsOfAnswer(text, 300)).toBe(news)
  })

  it('loses no news', () => {
    const words = fc.string({ minLength: 1, maxLength: 50 }).filter((text) => text.trim() !== '' && !text.includes('H'))
    fc.assert(
      fc.property(words, (text) => {
        expect(newsOfAnswer(text, 300)).toBe(text.trim())
      }),
    )
  })
})

describe('a list of what to look after', () => {
  it.each([
    '',
    '# Heartbeat\n\n<!-- What to look after now and then, one line each. -->\n',
    '#\n- \n* [ ]\n',
    '<!-- never closed\n- mail',
  ])('asks for nothing: %j', (text) => {
    expect(isIdleList(text)).toBe(true)
  })

  it.each(['mail', '# Heartbeat\n- mail', '<!-- a --> mail', '- [ ] mail', '#tag'])(
    'asks for something: %j',
    (text) => {
      expect(isIdleList(text)).toBe(false)
    },
  )
})
