import { setTimeout as pause } from 'node:timers/promises'
import { type Family, familyMembers, sendSignal } from './family-members.js'

/** How long processes may take to end when asked, and then to disappear when killed, in milliseconds. */
const GRACE_MS = 2000
const FIRST_LOOK_MS = 10
const SLOWEST_LOOK_MS = 100

/**
 * Ends processes: SIGTERM, and SIGKILL for what is left after 2 seconds. Also ends what they start meanwhile.
 * @returns whether all are gone; some are not when they belong to another user or hang in the kernel
 */
export async function endFamily(family: Family): Promise<boolean> {
  return (await endBy('SIGTERM', family)) || (await endBy('SIGKILL', family))
}

async function endBy(signal: 'SIGTERM' | 'SIGKILL', family: Family): Promise<boolean> {
  const told = new Set<number>()
  const until = performance.now() + GRACE_MS
  // The whole group at one instant, so that nobody slips away by starting another.
  if (family.groupId !== null) sendSignal(-family.groupId, signal)
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(2 * wait, SLOWEST_LOOK_MS)) {
    const members = await familyMembers(family)
    if (members.length === 0) return true
    if (performance.now() >= until) return false
    for (const pid of members) {
      if (told.has(pid)) continue
      told.add(pid)
      sendSignal(pid, signal)
    }
    await pause(wait)
  }
}
