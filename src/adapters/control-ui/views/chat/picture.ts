/** A picture to send along. */
export interface Picture {
  readonly name: string
  readonly type: string
  /** `data:` URL. */
  readonly content: string
}

/** Largest picture the gateway takes, in bytes. */
export const MAX_PICTURE_BYTES = 5_000_000
