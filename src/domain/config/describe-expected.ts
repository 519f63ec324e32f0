import { z } from 'zod'

/** Words for shapes that a list of alternatives or a pattern would explain badly. */
const words = z.registry<{ readonly expected: string }>()

/** Says in words, which follow "expected", what this schema accepts. */
export function readable<T extends z.ZodType>(schema: T, expected: string): T {
  words.add(schema, { expected })
  return schema
}

/** The words that came with this very schema. */
export function saidExpectation(schema: z.ZodType | null): string | undefined {
  return schema === null ? undefined : words.get(schema)?.expected
}

/** What may stand at a place, in words that follow "expected": `a whole number from 1 to 65535`. */
export function describeExpected(schema: z.ZodType | null): string {
  const said = saidExpectation(schema)
  if (said !== undefined) return said
  if (schema instanceof z.ZodNumber) return describeNumber(schema)
  if (schema instanceof z.ZodBoolean) return 'true or false'
  if (schema instanceof z.ZodEnum) return alternatives(schema.options.map(String))
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return 'an object'
  if (schema instanceof z.ZodArray) return 'a list'
  if (schema instanceof z.ZodUnion)
    return alternatives(unique(schema.options.map((option) => describeExpected(option as z.ZodType))))
  if (schema instanceof z.ZodIPv4 || schema instanceof z.ZodIPv6) return 'an IP address'
  if (schema instanceof z.ZodURL) return describeUrl(schema)
  return schema instanceof z.ZodString ? 'a text' : 'another value'
}

function describeNumber(schema: z.ZodNumber): string {
  const kind = schema.format === 'safeint' ? 'a whole number' : 'a number'
  const least = Number(schema.minValue)
  const most = Number(schema.maxValue)
  const hasLeast = least > Number.MIN_SAFE_INTEGER
  const hasMost = most < Number.MAX_SAFE_INTEGER
  if (hasLeast && hasMost) return `${kind} from ${least} to ${most}`
  if (hasLeast) return `${kind} of at least ${least}`
  return hasMost ? `${kind} of at most ${most}` : kind
}

function describeUrl(schema: z.ZodURL): string {
  const { protocol } = schema.def as { readonly protocol?: RegExp }
  return protocol?.source === '^https?$' ? 'an http:// or https:// address' : 'an address (URL)'
}

/** `pairing, allowlist, open or disabled` */
function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)]
}
