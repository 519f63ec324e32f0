import { z } from 'zod'
import { object, TEXT } from './answers.js'
import type { DescribedAnswer, DescribedParameter, Endpoint, JsonObject } from './endpoint.js'
import { hooks } from './hooks.js'
import { openai } from './openai.js'
import { operations } from './operations.js'
import { tools } from './tools.js'

const AREAS: Readonly<Record<Endpoint['area'], string>> = {
  OpenAI: 'Agents, in the dialect of OpenAI.',
  Tools: 'Single calls of tools.',
  Webhooks: 'What other systems send.',
  Operations: 'For whoever watches over the gateway.',
}

const SECURITY: Readonly<Record<Endpoint['auth'], readonly JsonObject[]>> = {
  none: [],
  gateway: [{ gateway: [] }],
  'gateway-unless-local': [{ gateway: [] }, {}],
  hooks: [{ hooks: [] }, { hooksHeader: [] }],
}

const ERROR_SCHEMA = object({
  error: object(
    { message: TEXT, type: TEXT, param: { type: ['string', 'null'] }, code: { type: ['string', 'null'] } },
    'param',
    'code',
  ),
})

/** Every endpoint there is a description of. */
export function endpoints(hooksPath: string): readonly Endpoint[] {
  return [...openai, ...tools, ...hooks(hooksPath), ...operations]
}

/** The OpenAPI 3.1 document of all endpoints. Bodies are described by the schemas they are read with. */
export function openApiDocument({ version, hooksPath }: { readonly version: string; readonly hooksPath: string }) {
  const all = endpoints(hooksPath)
  const paths: Record<string, Record<string, JsonObject>> = {}
  for (const endpoint of all) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: operation(endpoint) }
  }
  const bodies = all.flatMap(({ id, body }) => (body === undefined ? [] : [[bodyName(id), schemaOf(body())] as const]))
  return {
    openapi: '3.1.1',
    info: { title: 'Mayros Gateway', version, license: { name: 'MIT', identifier: 'MIT' } },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    tags: Object.entries(AREAS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        gateway: { type: 'http', scheme: 'bearer', description: 'Token or password of the gateway.' },
        hooks: { type: 'http', scheme: 'bearer', description: 'hooks.token' },
        hooksHeader: { type: 'apiKey', in: 'header', name: 'x-mayros-token', description: 'hooks.token' },
      },
      schemas: { Error: ERROR_SCHEMA, ...Object.fromEntries(bodies) },
    },
  }
}

function operation({ id, area, summary, description, auth, parameters = [], body, answers }: Endpoint): JsonObject {
  return {
    operationId: id,
    tags: [area],
    summary,
    ...(description === undefined ? {} : { description }),
    security: SECURITY[auth],
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameter) }),
    ...(body === undefined ? {} : { requestBody: requestBody(id) }),
    responses: Object.fromEntries(Object.entries(answers).map(([status, told]) => [status, answer(told)])),
  }
}

function parameter({ name, in: place, description, schema = TEXT }: DescribedParameter): JsonObject {
  return { name, in: place, description, required: place === 'path', schema }
}

function requestBody(id: string): JsonObject {
  const schema = { $ref: `#/components/schemas/${bodyName(id)}` }
  return { required: true, content: { 'application/json': { schema } } }
}

function answer({ description, content }: DescribedAnswer): JsonObject {
  if (content === undefined) return { description }
  const media = Object.entries(content).map(([type, schema]) => [type, { schema }])
  return { description, content: Object.fromEntries(media) }
}

function bodyName(id: string): string {
  return `${id.slice(0, 1).toUpperCase()}${id.slice(1)}Body`
}

function schemaOf(body: z.ZodType): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' })
  return schema
}
