import { z } from 'zod'
import { CHANNEL_KINDS } from './channels-section.js'
import { type GatewayConfigSchema, rootSchema, SECTIONS } from './config.js'
import { outsideKeysOf } from './outside-channels.js'
import { resolvedSecret } from './secret-field.js'
import { SECTION_DEFAULTS } from './section-defaults.js'

type SectionName = keyof typeof SECTIONS

/** What has been built so far. A schema costs far more than any validation with it. */
const builtSections = new Map<string, z.ZodType>()
let lastRoot: { readonly key: string; readonly schema: GatewayConfigSchema } | undefined

/**
 * The schema of everything that this file uses. It accepts and refuses what the whole schema would, with the same
 * result: a section that the file does not have is not built, its defaults are known.
 * @param value what the file says
 */
export function schemaFor(value: unknown): GatewayConfigSchema {
  const names = Object.keys(SECTIONS) as SectionName[]
  const keys = names.map((name) => (isPresent(value, name) ? keyOf(name, memberOf(value, name)) : ''))
  const key = keys.join(' ')
  if (lastRoot?.key !== key) {
    const sections = names.map((name, index) => [name, keys[index] === '' ? absent(name) : built(keys[index] ?? name)])
    lastRoot = { key, schema: rootSchema(Object.fromEntries(sections) as Parameters<typeof rootSchema>[0]) }
  }
  return lastRoot.schema
}

/** `gateway`; `channels:telegram,irc`; `channels:irc,outside` */
function keyOf(name: SectionName, section: unknown): string {
  if (name !== 'channels') return name
  const hasOthers = typeof section === 'object' && section !== null && outsideKeysOf(section).length > 0
  const kinds: string[] = CHANNEL_KINDS.filter((kind) => isPresent(section, kind))
  return `channels:${[...kinds, ...(hasOthers ? ['outside'] : [])].join(',')}`
}

function built(key: string): z.ZodType {
  let schema = builtSections.get(key)
  if (schema === undefined) {
    const [name, kinds] = key.split(':')
    schema =
      kinds === undefined
        ? SECTIONS[name as SectionName](resolvedSecret)
        : SECTIONS.channels(resolvedSecret, (kind) => kinds.split(',').includes(kind))
    builtSections.set(key, schema)
  }
  return schema
}

function absent(name: SectionName): z.ZodType {
  return z.undefined().default(SECTION_DEFAULTS[name] as never)
}

function isPresent(value: unknown, key: string): boolean {
  return memberOf(value, key) !== undefined
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string, unknown>>)[key]
}
