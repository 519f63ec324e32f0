import type { Cron } from 'croner'
import type { Calendar } from '../../application/ports/calendar.js'

const FEWEST_FIELDS = 5
const MOST_FIELDS = 7

/** Reads expressions with croner, which is loaded when the first one is looked at. */
export class CronerCalendar implements Calendar {
  async problemOf(expr: string, zone: string | undefined): Promise<string | null> {
    try {
      const cron = await read(expr, zone)
      return cron.nextRun() === null ? `${JSON.stringify(expr)} fits no moment to come` : null
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown)
    }
  }

  async next(expr: string, zone: string | undefined, afterMs: number): Promise<number | null> {
    const cron = await read(expr, zone)
    return cron.nextRun(new Date(afterMs))?.getTime() ?? null
  }
}

async function read(expr: string, zone: string | undefined): Promise<Cron> {
  const count = expr.trim().split(/\s+/).length
  if (count < FEWEST_FIELDS || count > MOST_FIELDS) {
    throw new RangeError(
      `${JSON.stringify(expr)} has ${count} fields; a cron expression has ${FEWEST_FIELDS} to ${MOST_FIELDS}`,
    )
  }
  if (zone !== undefined && !isZone(zone))
    throw new RangeError(`${JSON.stringify(zone)} is no time zone; write it like Europe/Berlin`)
  const { Cron: Expression } = await import('croner')
  try {
    return new Expression(expr.trim(), { paused: true, ...(zone === undefined ? {} : { timezone: zone }) })
  } catch (thrown) {
    const why = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/^CronPattern: /, '')
    throw new RangeError(`${JSON.stringify(expr)} is no cron expression: ${why}`, { cause: thrown })
  }
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
