const READS = new Set(['health', 'status', 'last-heartbeat', 'system-presence', 'config.schema', 'metrics.snapshot'])
const READING_WORD =
  /\.(?:list|get|status|tail|history|preview|cost|providers|explain|usage|archives|archived|capabilities|timeseries)$/

/** Whether a call of the method may change something; what is not known may. */
export function mayChange(method: string): boolean {
  return !READS.has(method) && !READING_WORD.test(method)
}
