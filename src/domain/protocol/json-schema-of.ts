import { z } from 'zod'

/**
 * What a value of this shape may look like when it is sent, as JSON Schema, draft 2020-12. Where values are brought into
 * their usual spelling first, that spelling is told.
 */
export function jsonSchemaOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const told = schema instanceof z.ZodPipe && schema.in instanceof z.ZodTransform ? (schema.out as z.ZodType) : schema
  return z.toJSONSchema(told, { io: 'input', unrepresentable: 'any' })
}
