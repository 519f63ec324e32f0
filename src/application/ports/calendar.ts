/*
 * The calendar of cron expressions. Called when a job is written, and when its next run is looked for.
 * Promises: a moment it names fits the expression in the time zone given, and none between lies before it. A moment that
 * a change of clocks skips comes right after the gap; one that it repeats counts once.
 * May refuse: `next` rejects for an expression or a zone that `problemOf` names.
 */

export interface Calendar {
  /** What is wrong with an expression of 5 to 7 fields, or with an IANA time zone; null = nothing. */
  problemOf(expr: string, zone: string | undefined): Promise<string | null>
  /** The next moment later than `afterMs`, in Unix milliseconds; null = none. Without a zone that of the host is meant. */
  next(expr: string, zone: string | undefined, afterMs: number): Promise<number | null>
}
