/** Folders whose contents another program copies, by a part of their path. */
const SYNCED: readonly (readonly [RegExp, string])[] = [
  [/\/Dropbox(?: \([^/]+\))?(?:\/|$)/u, 'Dropbox'],
  [/\/OneDrive(?:[ -][^/]+)?(?:\/|$)/u, 'OneDrive'],
  [/\/(?:Google Drive|GoogleDrive|My Drive)(?:[ -][^/]+)?(?:\/|$)/u, 'Google Drive'],
  [/\/Library\/Mobile Documents(?:\/|$)|\/iCloud Drive(?:\/|$)/u, 'iCloud'],
  [/\/Library\/CloudStorage\//u, 'a cloud drive'],
  [/\/(?:Nextcloud|ownCloud)(?:\/|$)/u, 'Nextcloud'],
  [/\/(?:pCloudDrive|Syncthing|MEGA)(?:\/|$)/u, 'a synchronised folder'],
]

/** The program that copies what lies at this path; null when none is known. */
export function syncedBy(path: string): string | null {
  return SYNCED.find(([pattern]) => pattern.test(path))?.[1] ?? null
}
