import type { ZodType } from 'zod'

/** A JSON Schema, or anything else that is written into the document as it stands. */
export type JsonObject = Readonly<Record<string, unknown>>

/** What the document says about one answer. */
export interface DescribedAnswer {
  readonly description: string
  /** Media type and schema of the body; none when there is no body. */
  readonly content?: Readonly<Record<string, JsonObject>>
}

/** One endpoint, as the OpenAPI document tells of it. */
export interface Endpoint {
  readonly method: 'get' | 'post' | 'delete'
  /** With parameters in braces: `/v1/models/{id}`. */
  readonly path: string
  /** Name of the operation, for generators of clients. */
  readonly id: string
  readonly area: 'OpenAI' | 'Tools' | 'Webhooks' | 'Operations'
  readonly summary: string
  readonly description?: string
  /** What has to be shown. `gateway-unless-local`: nothing on this machine. */
  readonly auth: 'none' | 'gateway' | 'gateway-unless-local' | 'hooks'
  readonly parameters?: readonly DescribedParameter[]
  /** The body it takes. */
  readonly body?: () => ZodType
  readonly answers: Readonly<Record<number, DescribedAnswer>>
}

export interface DescribedParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly description: string
  readonly schema?: JsonObject
}
