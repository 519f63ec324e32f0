/** Something to do that waits for a quiet moment, so that many reasons at once lead to one doing. */
export interface Soon {
  ask(): void
  /** What was asked for is not done any more. */
  cancel(): void
}

/** @param afterMs how long nobody must have asked again; however often they ask, it is done after four times as long */
export function soon(act: () => void, afterMs: number): Soon {
  let timer: ReturnType<typeof setTimeout> | undefined
  let firstAskedAt = 0
  const cancel = () => {
    clearTimeout(timer)
    timer = undefined
  }
  return {
    ask: () => {
      const now = Date.now()
      if (timer === undefined) firstAskedAt = now
      else clearTimeout(timer)
      const pauseMs = Math.min(afterMs, Math.max(0, firstAskedAt + 4 * afterMs - now))
      timer = setTimeout(() => {
        timer = undefined
        act()
      }, pauseMs)
    },
    cancel,
  }
}
