import { z } from 'zod'

/** What a value of this shape may look like when it is sent, as JSON Schema, draft 2020-12. */
export function jsonSchemaOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}
