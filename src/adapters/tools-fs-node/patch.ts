/** A line of a hunk: kept, removed or added. */
export interface HunkLine {
  readonly kind: 'keep' | 'remove' | 'add'
  readonly text: string
}

/** One changed place of a file. */
export interface Hunk {
  /** Lines to look for first, one after the other: the words after `@@`. */
  readonly headers: readonly string[]
  readonly lines: readonly HunkLine[]
  /** It stands at the end of the file. */
  readonly isAtEnd: boolean
}

/** What a patch does to one file. */
export type PatchSection =
  | { readonly kind: 'add'; readonly path: string; readonly lines: readonly string[] }
  | { readonly kind: 'delete'; readonly path: string }
  | { readonly kind: 'update'; readonly path: string; readonly moveTo: string | null; readonly hunks: readonly Hunk[] }
