/*
 * Files that are served as they are. Called by the HTTP endpoints with what a stranger asked for.
 * Promises: nothing outside the root is ever opened, whatever the names are and whatever links lie in the root; the body
 * is what the file held when it was opened, `size` bytes of it, or it fails.
 * May refuse: everything that is no plain file; that and what is not there are the same, null. Rejects when a file is
 * there and cannot be read. Must never list a directory.
 */
export interface StaticFile {
  /** Has to be read to its end or cancelled. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
  /** Bytes of the body. */
  readonly size: number
  /** Media type by the name's extension; `application/octet-stream` for unknown ones. */
  readonly type: string
  /** Changes when the file does; in quotes, as the header wants it. */
  readonly etag: string
}

export interface StaticFiles {
  /**
   * @param root absolute path of a directory; that it is not there is no failure
   * @param names from the root down, decoded; one that is empty, hidden, or names another place finds nothing
   */
  open(root: string, names: readonly string[]): Promise<StaticFile | null>
}
