const MS_PER_UNIT = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

export type DurationUnit = keyof typeof MS_PER_UNIT

const PART = /(\d+(?:\.\d+)?)\s*(ms|[smhd])/gi

/**
 * `250ms`, `30s`, `1h30m` in milliseconds, rounded. A bare number, also as text, takes the unit of its key.
 * @throws RangeError when the text is no duration, which the schema has ruled out for values of a configuration
 */
export function durationMs(value: number | string, bareUnit: DurationUnit): number {
  const bare = typeof value === 'number' ? value : Number(value.trim() === '' ? Number.NaN : value)
  if (!Number.isNaN(bare)) return Math.round(bare * MS_PER_UNIT[bareUnit])
  const parts = [...String(value).matchAll(PART)]
  const isWhole = String(value).replace(PART, '').trim() === ''
  if (parts.length === 0 || !isWhole) throw new RangeError(`not a duration: ${JSON.stringify(value)}`)
  return Math.round(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * msPer(unit ?? ''), 0))
}

function msPer(unit: string): number {
  return MS_PER_UNIT[unit.toLowerCase() as DurationUnit]
}
