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
  justNow: 'just now',
  dismiss: 'Dismiss',
} as const
