/** What editors should know about a place of the file besides its schema. */
export interface SchemaHint {
  /** The value is a secret: not to be shown, and told as a placeholder. */
  readonly sensitive: true
}

interface Schema {
  readonly writeOnly?: boolean
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
}

/**
 * Hints by path; `*` stands for any key of an object, `[]` for each element of a list.
 * @param schema as `jsonSchema` tells it
 */
export function schemaHints(schema: object): Readonly<Record<string, SchemaHint>> {
  return Object.fromEntries(secretPaths(schema, '').map((path) => [path, { sensitive: true }]))
}

function secretPaths({ writeOnly, properties = {}, additionalProperties, items }: Schema, path: string): string[] {
  if (writeOnly === true) return [path]
  const members = [
    ...Object.entries(properties),
    ...(typeof additionalProperties === 'object' ? [['*', additionalProperties] as const] : []),
  ]
  const inside = members.flatMap(([key, member]) => secretPaths(member, path === '' ? key : `${path}.${key}`))
  return items === undefined ? inside : [...inside, ...secretPaths(items, `${path}[]`)]
}
