import { describe, expect, it } from 'vitest'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { laneCapsOf, laneOf } from '../../../src/domain/run/queue-lane.js'
import { queueModeOf, queueRulesOf } from '../../../src/domain/run/queue-mode.js'

const queueWith = (queue: object) => gatewayConfigSchema().parse({ messages: { queue } }).messages.queue

describe('how messages wait', () => {
  it('is collected after a second of quiet, twenty at most, unless somebody says otherwise', () => {
    expect(queueRulesOf(queueWith({}), null, undefined)).toEqual({
      mode: 'collect',
      debounceMs: 1_000,
      cap: 20,
      drop: 'summarize',
    })
  })

  it('is what the session says, else what its channel says, else what holds for all', () => {
    const queue = queueWith({
      mode: 'followup',
      byChannel: { telegram: 'steer+backlog', constructor: 'queue' },
      debounceMs: 5,
      debounceMsByChannel: { telegram: 7 },
      cap: 3,
      drop: 'old',
    })
    expect(queueRulesOf(queue, null, 'slack')).toEqual({ mode: 'followup', debounceMs: 5, cap: 3, drop: 'old' })
    expect(queueRulesOf(queue, null, 'toString')).toMatchObject({ mode: 'followup', debounceMs: 5 })
    expect(queueRulesOf(queue, {}, 'telegram')).toEqual({ mode: 'steer-backlog', debounceMs: 7, cap: 3, drop: 'old' })
    expect(
      queueRulesOf(queue, { queueMode: 'interrupt', queueDebounceMs: 0, queueCap: 1, queueDrop: 'new' }, 'telegram'),
    ).toEqual({ mode: 'interrupt', debounceMs: 0, cap: 1, drop: 'new' })
  })

  it.each([
    ['queue', 'steer'],
    ['steer+backlog', 'steer-backlog'],
    ['interrupt', 'interrupt'],
    ['Collect', null],
    ['toString', null],
  ])('knows %s as %s', (word, mode) => expect(queueModeOf(word)).toBe(mode))
})

describe('the lane of a run', () => {
  it.each([
    [null, undefined, 'main'],
    ['agent:main:main', undefined, 'main'],
    ['agent:main:subagent:1', undefined, 'subagent'],
    ['agent:main:cron:job:run:1', undefined, 'cron'],
    ['agent:main:telegram:group:cron:1', undefined, 'main'],
    ['agent:main:main', 'cron', 'cron'],
    ['agent:main:main', 'nested', 'subagent'],
    ['agent:main:main', 'mine', 'main'],
  ])('%s (%s) is %s', (sessionKey, lane, expected) => {
    expect(laneOf({ sessionKey, request: { message: '', ...(lane === undefined ? {} : { lane }) } })).toBe(expected)
  })

  it('takes as many as the configuration says', () => {
    const config = gatewayConfigSchema().parse({
      agents: { defaults: { maxConcurrent: 2, subagents: { maxConcurrent: 3 } } },
      cron: { maxConcurrentRuns: 5 },
    })
    expect(laneCapsOf(config)).toEqual({ main: 2, subagent: 3, cron: 5 })
  })
})
