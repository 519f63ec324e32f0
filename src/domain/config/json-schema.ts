import { z } from 'zod'
import { gatewayConfigSchema } from './config.js'
import { ignoredPlaces } from './declare.js'
import { writtenSecret } from './secret-field.js'
import { sensitivity } from './sensitive.js'

/**
 * The configuration file as JSON Schema, draft 2020-12, for editors and programs. Secrets are marked `writeOnly`, keys that
 * are accepted and mean nothing `deprecated`.
 */
export function jsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(gatewayConfigSchema(writtenSecret), {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: told }) => {
      if (sensitivity.has(zodSchema as never)) told.writeOnly = true
      if (ignoredPlaces.has(zodSchema as never)) told.deprecated = true
    },
  })
  return { $schema, title: 'Configuration of Mayros Gateway', ...schema }
}
