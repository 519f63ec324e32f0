/** Why the process is asked to end. */
export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP'

const EXIT_AT_ONCE: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

export interface SignalHandlers {
  /** SIGHUP of a supervised gateway, or one without a terminal. */
  hangUp(): void
  /** SIGUSR1, for the log. */
  restartAsked(): void
}

/**
 * Listens to the signals of the operating system. The first request to stop resolves `asked`; the same again ends the
 * process at once.
 */
export function listenForSignals(handlers: SignalHandlers): { readonly asked: Promise<StopSignal>; release(): void } {
  let resolveAsked: (signal: StopSignal) => void = () => undefined
  let wasAsked = false
  const asked = new Promise<StopSignal>((resolve) => {
    resolveAsked = resolve
  })
  const stop = (signal: StopSignal) => () => {
    if (wasAsked) process.exit(EXIT_AT_ONCE[signal])
    wasAsked = true
    resolveAsked(signal)
  }
  const listeners: readonly [NodeJS.Signals, () => void][] = [
    ['SIGTERM', stop('SIGTERM')],
    ['SIGINT', stop('SIGINT')],
    ['SIGHUP', process.stdin.isTTY ? stop('SIGHUP') : () => handlers.hangUp()],
    ['SIGUSR1', () => handlers.restartAsked()],
    ['SIGPIPE', () => undefined],
  ]
  for (const [signal, listener] of listeners) process.on(signal, listener)
  return {
    asked,
    release: () => {
      for (const [signal, listener] of listeners) process.off(signal, listener)
    },
  }
}
