const PATIENCE_MS = 5_000
const LOOK_EVERY_MS = 2

/** Waits until `condition` holds; fails naming `what` was waited for and what was seen instead. */
export async function until(
  what: string,
  condition: () => boolean,
  seen: () => unknown = () => 'nothing more',
): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS
  while (!condition()) {
    if (Date.now() > giveUpAt) throw new Error(`waited in vain for ${what}; seen: ${String(seen())}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
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
