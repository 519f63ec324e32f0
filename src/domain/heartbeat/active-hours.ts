import { wallClock } from '../session/wall-clock.js'
import type { ActiveHours } from './heartbeat-settings.js'

const MINUTES_OF_DAY = 24 * 60

/**
 * Whether a moment (Unix milliseconds) lies in the active hours: start inclusive, end exclusive; hours whose end is not
 * behind their start go over midnight.
 * @param localZone asked where the hours name no zone
 */
export function isActive(hours: ActiveHours | null, moment: number, localZone: () => string): boolean {
  if (hours === null) return true
  const { hour, minute } = wallClock(hours.zone ?? localZone()).at(moment)
  const now = hour * 60 + minute
  const start = hours.start === undefined ? 0 : minutesOf(hours.start)
  const end = hours.end === undefined ? MINUTES_OF_DAY : minutesOf(hours.end)
  return start < end ? now >= start && now < end : now >= start || now < end
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}
