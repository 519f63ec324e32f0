/** Something that somebody should look at, and what to do about it. */
export interface Issue {
  readonly kind: 'danger' | 'warn' | 'info'
  readonly text: string
  /** What to do, in words. */
  readonly hint?: string
  /** What to type on the machine of the gateway. */
  readonly command?: string
  /** Where on this page it is mended. */
  readonly link?: { readonly href: string; readonly text: string }
}
