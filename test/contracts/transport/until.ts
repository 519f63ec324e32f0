const PATIENCE_MS = 8_000
const LOOK_EVERY_MS = 4

/** Waits until `condition` holds; fails naming `what` was waited for and what was seen instead. */
export async function until(
  what: string,
  condition: () => boolean,
  seen: () => unknown = () => 'nothing more',
): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS
  while (!condition()) {
    if (Date.now() > giveUpAt) throw new Error(`waited in vain for ${what}; seen: ${String(seen())}`)
    await pause(LOOK_EVERY_MS)
  }
}

/** The value of `promise`, or a failure naming `what` did not come. */
export async function within<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), PATIENCE_MS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Waits until `reading` has stayed the same for a while, and returns it. */
export async function settled(what: string, reading: () => number, quietMs = 120): Promise<number> {
  const giveUpAt = Date.now() + PATIENCE_MS
  let value = reading()
  let since = Date.now()
  while (Date.now() - since < quietMs) {
    if (Date.now() > giveUpAt) throw new Error(`${what} never came to rest; last seen: ${value}`)
    await pause(LOOK_EVERY_MS)
    if (reading() === value) continue
    value = reading()
    since = Date.now()
  }
  return value
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
