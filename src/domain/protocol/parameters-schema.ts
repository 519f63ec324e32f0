import { z } from 'zod'

/** A shape as the JSON Schema that models read: what is sent in, without the name of the dialect. */
export function parametersSchema(shape: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' })
  return schema
}
