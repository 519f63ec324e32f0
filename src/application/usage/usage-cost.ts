import { type AskedDays, usageDays } from '../../domain/usage/usage-days.js'
import { UTC } from '../../domain/usage/usage-query.js'
import { sumOfGroups, sumsByDay, totalsView } from '../../domain/usage/usage-view.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore } from '../ports/session-store.js'

/** An answer of `usage.cost` is given again for this long, protocol v3. */
const KEPT_MS = 30_000
const KEPT_ANSWERS = 16
const STATUS_DAYS_MS = 30 * 24 * 60 * 60 * 1000

/** What calls cost: by day, and by provider. */
export class UsageCost {
  readonly #store: SessionStore
  readonly #clock: Clock
  readonly #zone: () => string
  /** By the days that were asked for, oldest first. */
  readonly #kept = new Map<string, { readonly at: number; readonly answer: Promise<object> }>()

  /** @param zone IANA name of the gateway's time zone */
  constructor(store: SessionStore, clock: Clock, zone: () => string) {
    this.#store = store
    this.#clock = clock
    this.#zone = zone
  }

  /** `usage.cost`: totals by day, days without a call left out. */
  cost(asked: AskedDays): Promise<object> {
    const now = this.#clock.now()
    const { from, until, offsets, days } = usageDays(asked, now, this.#zone())
    const name = JSON.stringify([from, until, offsets])
    const kept = this.#kept.get(name)
    if (kept !== undefined && now - kept.at < KEPT_MS) return kept.answer
    const answer = this.#cost({ from, until, offsets }, days, now)
    this.#keep(name, now, answer)
    return answer
  }

  /** `usage.status`: what each provider was asked for in the last 30 days. No provider tells of a quota. */
  async status(): Promise<object> {
    const updatedAt = this.#clock.now()
    const query = { from: updatedAt - STATUS_DAYS_MS, until: updatedAt + 1, offsets: UTC }
    const groups = await this.#store.usage(query, ['model'])
    const names = [...new Set(groups.map(({ provider = '' }) => provider))].sort()
    const providers = names.map((provider) => {
      const sum = sumOfGroups(groups.filter((group) => group.provider === provider))
      return { provider, displayName: provider, windows: [], calls: sum.calls, totals: totalsView(sum) }
    })
    return { updatedAt, providers }
  }

  async #cost(query: { from: number; until: number; offsets: typeof UTC }, days: number, now: number): Promise<object> {
    const groups = await this.#store.usage(query, ['day'])
    return {
      updatedAt: now,
      days,
      daily: sumsByDay(groups).map(({ date, sum }) => ({ date, ...totalsView(sum) })),
      totals: totalsView(sumOfGroups(groups)),
    }
  }

  #keep(name: string, at: number, answer: Promise<object>): void {
    this.#kept.delete(name)
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined && this.#kept.size >= KEPT_ANSWERS) this.#kept.delete(oldest)
    this.#kept.set(name, { at, answer })
    // Whoever asked hears of the failure; whoever comes next asks again.
    answer.catch(() => this.#kept.delete(name))
  }
}
