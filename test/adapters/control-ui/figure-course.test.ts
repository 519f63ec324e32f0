import { describe, expect, it } from 'vitest'
import { FigureCourse } from '../../../src/adapters/control-ui/views/overview/figure-course.js'
import type { GatewayFigures } from '../../../src/adapters/control-ui/views/overview/gateway-figures.js'

const figures = (ts: number, requests: number, p99Ms: number | null = null): GatewayFigures => ({
  ts,
  uptimeMs: 1,
  eventLoop: p99Ms === null ? null : { p50Ms: 0, p99Ms, maxMs: p99Ms },
  requests,
  clients: {},
  runs: { running: 0, waiting: 0 },
  memory: { residentBytes: 1, heapUsedBytes: 1 },
})

describe('FigureCourse', () => {
  it('tells rates between readings, and delays where they were measured', () => {
    const course = new FigureCourse()
    course.add(figures(0, 10))
    course.add(figures(2_000, 14, 3))
    course.add(figures(3_000, 14, 5))
    expect(course.requestRates).toEqual([2, 0])
    expect(course.loopDelays).toEqual([3, 5])
    expect(course.latest?.ts).toBe(3_000)
  })

  it('begins anew after a restart and after a long pause', () => {
    const course = new FigureCourse()
    course.add(figures(0, 10))
    course.add(figures(2_000, 3))
    expect(course.requestRates).toEqual([])
    course.add(figures(4_000, 5))
    expect(course.requestRates).toEqual([1])
    course.add(figures(400_000, 900))
    expect(course.requestRates).toEqual([])
  })

  it('forgets what is older than some minutes', () => {
    const course = new FigureCourse()
    for (let at = 0; at < 1_000; at++) course.add(figures(at * 2_000, at, 1))
    expect(course.loopDelays).toHaveLength(150)
  })
})
