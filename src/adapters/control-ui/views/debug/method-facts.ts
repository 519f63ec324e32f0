import type { JsonSchema } from '../../schema-form/json-schema.js'

/** What a method takes, as `methods.describe` tells it. */
export interface MethodFacts {
  readonly method: string
  readonly scope: string
  /** Null: it takes anything, and looks at what it needs. */
  readonly params: JsonSchema | null
}
