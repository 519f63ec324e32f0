/** A time span for people: `200 ms`, `1.0 s`, `4m 12s`, `3h 12m`, `2d 4h`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, Math.round(milliseconds))
  if (ms < 1000) return `${ms} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return withRest(minutes, 'm', Math.floor(ms / 1000) % 60, 's')
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? withRest(hours, 'h', minutes % 60, 'm') : withRest(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function withRest(count: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${count}${unit}` : `${count}${unit} ${rest}${restUnit}`
}
