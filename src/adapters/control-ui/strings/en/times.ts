/** How long ago, or until when. */
export const times = {
  now: 'just now',
  yesterday: 'yesterday',
  tomorrow: 'tomorrow',
  ago: (length: string) => `${length} ago`,
  ahead: (length: string) => `in ${length}`,
  days: (count: number) => `${count} days`,
  hours: (count: number) => `${count} h`,
  minutes: (count: number) => `${count} min`,
} as const
