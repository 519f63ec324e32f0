import { z } from 'zod'
import { gatewayConfigSchema } from './config.js'
import { writtenSecret } from './secret-field.js'

/** The configuration file as JSON Schema, draft 2020-12, for editors and programs. */
export function jsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(gatewayConfigSchema(writtenSecret), {
    io: 'input',
    unrepresentable: 'any',
  })
  return { $schema, title: 'Configuration of Mayros Gateway', ...schema }
}
