/** Texts of the log view. */
export const logs = {
  heading: 'Logs',
  level: 'Level',
  search: 'Search',
  searchHint: 'Text or subsystem',
  levels: {
    trace: 'Everything',
    debug: 'Debug and louder',
    info: 'Info and louder',
    warn: 'Warnings',
    error: 'Errors',
  },
  pause: 'Pause',
  goOn: 'Go on',
  following: 'Live',
  paused: 'Paused',
  noneHeading: 'No lines',
  none: 'Nothing in the log matches. New lines appear by themselves.',
  skipped: 'Lines are missing here: more was written than is fetched at once.',
  lines: (shown: number, all: number) => `${shown} of the last ${all} lines`,
  table: 'Log lines, newest at the bottom',
} as const
