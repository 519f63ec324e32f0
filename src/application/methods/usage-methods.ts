import type { ModelChoice } from '../../domain/config/agent-directory.js'
import type { ModelPrice } from '../../domain/model/cost.js'
import {
  sessionsArchivedParams,
  sessionsArchivesParams,
  sessionsUsageParams,
} from '../../domain/protocol/methods/usage.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { KeySpace } from '../../domain/session/session-key.js'
import type { AskedDays } from '../../domain/usage/usage-days.js'
import { lenientMethod, type MethodRow, method, patient, unadvertised } from '../method-table.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore } from '../ports/session-store.js'
import { SessionArchives } from '../sessions/session-archives.js'
import { SessionCourse } from '../usage/session-course.js'
import { SessionsUsage } from '../usage/sessions-usage.js'
import { UsageCost } from '../usage/usage-cost.js'

export interface UsageMethodParts {
  readonly store: SessionStore
  readonly space: KeySpace
  readonly clock: Clock
  /** IANA name of the gateway's time zone. */
  readonly zone: () => string
  /** Undefined = nobody knows. */
  readonly priceOf: (model: ModelChoice) => ModelPrice | undefined
}

/** What models took and cost, and what was put aside of conversations. */
export function usageMethods(parts: UsageMethodParts): readonly MethodRow[] {
  const { store, space, clock, zone } = parts
  const cost = new UsageCost(store, clock, zone)
  const usage = new SessionsUsage(store, space, clock, zone)
  const course = new SessionCourse(parts)
  const archives = new SessionArchives(store, space)
  return [
    patient(lenientMethod('usage.status', () => cost.status())),
    patient(lenientMethod('usage.cost', (params) => cost.cost(daysOf(params)))),
    method('sessions.archives', sessionsArchivesParams, (params) => archives.list(params)),
    method('sessions.archived', sessionsArchivedParams, (params) => archives.read(params)),
    unadvertised(patient(method('sessions.usage', sessionsUsageParams, (params) => usage.report(params)))),
    unadvertised(patient(lenientMethod('sessions.usage.timeseries', (params) => course.timeseries(params)))),
    unadvertised(lenientMethod('sessions.usage.logs', (params) => course.logs(params))),
  ]
}

/** What `usage.cost` was asked; what is no word or number counts as not said. */
function daysOf(params: Readonly<Record<string, unknown>>): AskedDays {
  const text = (name: string) => {
    const value = params[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const { days } = params
  if (typeof days === 'number' && !(days >= 1 && days <= 3_660)) throw invalidRequest('days must be from 1 to 3660')
  return {
    startDate: text('startDate'),
    endDate: text('endDate'),
    mode: text('mode'),
    utcOffset: text('utcOffset'),
    days: typeof days === 'number' ? days : undefined,
  }
}
