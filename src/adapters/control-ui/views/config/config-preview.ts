import type { ConfigIssue } from './config-file.js'

/** One value that would be another one. A side on which there is nothing has no key. */
export interface ValueChange {
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
  readonly isSecret: boolean
}

/** What the running gateway would do. */
export interface ReloadTold {
  readonly mode: string
  /** Values that are taken over at once. */
  readonly hot: readonly string[]
  /** Values that bring a restart about. */
  readonly restart: readonly string[]
  /** Values that wait for a restart by hand. */
  readonly pending: readonly string[]
  /** What is renewed for the values that are taken over. */
  readonly actions: readonly string[]
}

/** What a change would come to, as `config.preview` answers it. */
export interface ConfigPreview {
  readonly hash: string
  readonly valid: boolean
  readonly issues: readonly ConfigIssue[]
  readonly anomalies: readonly string[]
  readonly changes: readonly ValueChange[]
  readonly files: readonly string[]
  /** The text of the root file afterwards. */
  readonly raw: string | null
  readonly reload: ReloadTold
}

/** A change in the words of the gateway: which method writes it, and what is sent to it and to `config.preview`. */
export interface WantedChange {
  readonly method: 'config.edit' | 'config.apply' | 'config.rollback'
  readonly params: Readonly<Record<string, unknown>>
  readonly baseHash: string
}
