/** Upper bounds of the buckets, in seconds. */
export type Bounds = readonly number[]

/** How often something took how long. Made once for each name, so that noting allocates nothing. */
export class Latency {
  readonly bounds: Bounds
  /** Observations in each bucket alone; the last one holds what is longer than every bound. */
  readonly counts: Float64Array
  sumSeconds = 0

  constructor(bounds: Bounds) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0)
  }

  note(durationMs: number): void {
    const seconds = durationMs / 1000
    const { bounds } = this
    let bucket = 0
    while (bucket < bounds.length && seconds > (bounds[bucket] ?? 0)) bucket++
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.sumSeconds += seconds
  }
}
