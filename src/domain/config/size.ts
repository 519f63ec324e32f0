const BYTES_PER_UNIT = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 } as const

const SIZE = /^\s*(\d+(?:\.\d+)?)\s*(b|kb|mb|gb)?\s*$/i

/**
 * `512b`, `64kb`, `10mb` in bytes, rounded down; 1 kb = 1024 bytes, a bare number is bytes.
 * @throws RangeError when the text is no size, which the schema has ruled out for values of a configuration
 */
export function sizeBytes(value: number | string): number {
  if (typeof value === 'number') return value
  const [, amount, unit] = SIZE.exec(value) ?? []
  if (amount === undefined) throw new RangeError(`not a size: ${JSON.stringify(value)}`)
  return Math.floor(Number(amount) * BYTES_PER_UNIT[(unit ?? 'b').toLowerCase() as keyof typeof BYTES_PER_UNIT])
}
