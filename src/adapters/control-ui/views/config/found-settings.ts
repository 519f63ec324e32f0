import { fieldKind } from '../../schema-form/field-kind.js'
import type { FormPath } from '../../schema-form/form-path.js'
import type { JsonSchema } from '../../schema-form/json-schema.js'

/** A setting whose name or meaning fits what somebody looks for. */
export interface FoundSetting {
  readonly path: FormPath
  readonly schema: JsonSchema
}

/** Settings whose path or description has all the words; keys of one's own and elements of lists are not looked into. */
export function foundSettings(schema: JsonSchema, wanted: string): readonly FoundSetting[] {
  const words = wanted
    .toLowerCase()
    .split(/[\s.]+/)
    .filter(Boolean)
  if (words.length === 0) return []
  return settingsIn(schema, []).filter(({ path, schema: { description = '' } }) => {
    const text = `${path.join(' ')} ${description}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

function settingsIn(schema: JsonSchema, path: FormPath): readonly FoundSetting[] {
  if (schema.deprecated === true) return []
  if (fieldKind(schema) !== 'group') return [{ path, schema }]
  return Object.entries(schema.properties ?? {}).flatMap(([key, member]) => settingsIn(member, [...path, key]))
}
