const PREFIX = 'mayros-draft:'

/** What was written and not sent, kept for each session until it is. */
export const drafts = {
  of: (sessionKey: string): string => localStorage.getItem(PREFIX + sessionKey) ?? '',
  keep(sessionKey: string, text: string): void {
    if (text === '') localStorage.removeItem(PREFIX + sessionKey)
    else localStorage.setItem(PREFIX + sessionKey, text)
  },
} as const
