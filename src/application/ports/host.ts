/*
 * The machine a gateway lives on, as far as its doctor looks at it. Called by `mayros doctor`.
 * Promises: looking changes nothing; what the system does not tell is null, never a guess.
 * Must never read what is in a file, nor show more of a command line than the program and its words.
 */

/** What lies under a directory. */
export interface PlaceFacts {
  readonly exists: boolean
  readonly isWritable: boolean
  /** Bytes that this user may still write; null where the system does not tell. */
  readonly freeBytes: number | null
  /** `ext4`, `nfs4`; null where the system does not tell. */
  readonly filesystem: string | null
  /** The directory belongs to a program that copies it elsewhere: `Dropbox`; null = none that is known. */
  readonly syncedBy: string | null
  /** Emptied by the system now and then. */
  readonly isTemporary: boolean
}

/** One process. */
export interface HostProcess {
  readonly pid: number
  readonly parentPid: number
  readonly user: string
  /** Command line, arguments parted by blanks. */
  readonly command: string
  /** Started by an agent's command; false also where the system does not tell. */
  readonly isOfAgent: boolean
}

export interface Host {
  /** A directory, or where it would be made. */
  place(path: string): Promise<PlaceFacts>
  /** Processes of all users as far as they can be seen; null where the system does not tell. */
  processes(): Promise<readonly HostProcess[] | null>
  /** Bytes of all files in a directory, without what is in directories below; 0 when there is none. */
  bytesIn(directory: string): Promise<number>
  /** Whether there is something at this path. */
  exists(path: string): Promise<boolean>
  /** Makes a directory for this user alone, with those above it. Rejects when it cannot be made. */
  makeDirectory(path: string): Promise<void>
  /** Takes a file away; nothing happens when there is none. */
  remove(path: string): Promise<void>
}
