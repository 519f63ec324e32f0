/** A name for a conversation as a file, of a time (Unix ms), that every system takes. */
export function fileNameOf(sessionKey: string, at: number, extension: string): string {
  const name = sessionKey.replaceAll(/[^a-z0-9_-]+/gi, '-').slice(0, 80)
  const day = new Date(at).toISOString().slice(0, 19).replaceAll(':', '')
  return `${name}-${day}.${extension}`
}
