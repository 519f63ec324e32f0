/** How people are told where an archive is: the place of the store and the archive in it. */
export function archiveName(location: string, archiveId: string): string {
  return `${location}#${archiveId}`
}
