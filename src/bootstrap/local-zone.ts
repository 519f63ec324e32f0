/**
 * IANA name of the time zone of this machine. Not to be asked before somebody needs it: the first zone loads what is known
 * of all languages, 9 MB of it.
 */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
