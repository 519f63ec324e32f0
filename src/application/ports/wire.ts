/*
 * Where foreign bytes become values and values become text. Called once per message by the connection use cases.
 * Promises: `decode` and `check` never throw, whatever they are given; decoded objects have no inherited surprises.
 * Must never accept what the protocol's shapes refuse.
 */
import type { ZodType } from 'zod'

/** A schema that is built when it is first needed. */
export type SchemaThunk<T> = () => ZodType<T>

/** A request frame, `params` as sent. */
export interface RequestFrame {
  readonly id: string
  readonly method: string
  readonly params: unknown
}

/** What an incoming message turned out to be. */
export type Decoded =
  | { readonly kind: 'request'; readonly frame: RequestFrame }
  /** JSON, but not a request frame; `id` is copied from it where it had a usable one. */
  | { readonly kind: 'not-a-request'; readonly id: string | number | null; readonly problem: string }
  | { readonly kind: 'not-json' }

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: string }

export interface Wire {
  decode(data: string | Uint8Array): Decoded
  /** Applies a schema. `problems` reads like `at root: unexpected property 'zz'; at /limit: must be >= 1`. */
  check<T>(schema: SchemaThunk<T>, value: unknown): Checked<T>
}
