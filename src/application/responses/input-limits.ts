/** What may come with a request; `gateway.http.endpoints.responses.*`, sizes in bytes. */
export interface InputLimits {
  /** Pictures and files given by URL, altogether. */
  readonly maxUrlParts: number
  readonly images: FetchLimits
  readonly files: FetchLimits & { readonly maxChars: number; readonly maxPdfPages: number }
}

export interface FetchLimits {
  readonly allowUrl: boolean
  /** Hosts that may be asked; empty = all. */
  readonly urlAllowlist: readonly string[]
  readonly allowedMimes: readonly string[]
  readonly maxBytes: number
  readonly maxRedirects: number
  readonly timeoutMs: number
}
