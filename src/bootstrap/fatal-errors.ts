/** An error that nobody caught. */
export class FatalError {
  readonly cause: unknown

  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** Listens for errors that nobody caught, until released; they no longer end the process by themselves. */
export function listenForFatalErrors(): { readonly happened: Promise<FatalError>; release(): void } {
  let report: (thrown: unknown) => void = () => undefined
  const happened = new Promise<FatalError>((resolve) => {
    report = (thrown) => resolve(new FatalError(thrown))
  })
  process.on('uncaughtException', report)
  process.on('unhandledRejection', report)
  return {
    happened,
    release: () => {
      process.off('uncaughtException', report)
      process.off('unhandledRejection', report)
    },
  }
}
