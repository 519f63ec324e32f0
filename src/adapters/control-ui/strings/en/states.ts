/** What stands where there is nothing else to show. */
export const states = {
  loading: 'Loading…',
  couldNotLoad: 'This could not be loaded',
  tryAgain: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Could not copy; select the text instead',
  cancel: 'Cancel',
  close: 'Close',
  dismiss: 'Dismiss',
  over: 'time is over',
  secondsLeft: (seconds: number) => `${seconds} s left`,
  minutesLeft: (minutes: number) => `${minutes} min left`,
} as const
