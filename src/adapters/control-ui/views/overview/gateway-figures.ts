/** What `metrics.snapshot` answers. */
export interface GatewayFigures {
  /** Unix ms. */
  readonly ts: number
  readonly uptimeMs: number
  /** How late the event loop was since somebody last asked; null with the first answer. */
  readonly eventLoop: { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number } | null
  /** Answered so far since the process began. */
  readonly requests: number
  readonly clients: Readonly<Record<string, number>>
  readonly runs: { readonly running: number; readonly waiting: number }
  readonly memory: { readonly residentBytes: number; readonly heapUsedBytes: number }
}
