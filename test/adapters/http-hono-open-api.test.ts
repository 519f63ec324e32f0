import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createApp } from '../../src/adapters/http-hono/app.js'
import type { HttpFacts } from '../../src/adapters/http-hono/http-facts.js'
import { openApiDocument } from '../../src/adapters/http-hono/openapi/document.js'
import { readOnly } from '../../src/adapters/http-hono/routes/read-only.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { MemoryTransport } from '../../src/adapters/transport-memory/memory-transport.js'
import { createGateway } from '../../src/bootstrap/index.js'
import { StrictDoor } from '../doubles/guarded-http.js'

const schema = z.record(z.string(), z.unknown())
const content = z.record(z.string(), z.strictObject({ schema }))
const parameter = z.strictObject({
  name: z.string().min(1),
  in: z.enum(['path', 'query', 'header']),
  description: z.string().min(1),
  required: z.boolean(),
  schema,
})
const operation = z.strictObject({
  operationId: z.string().regex(/^[a-zA-Z]+$/),
  tags: z.array(z.string()).length(1),
  summary: z.string().min(1),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.never()))),
  parameters: z.array(parameter).optional(),
  requestBody: z.strictObject({ required: z.boolean(), content }).optional(),
  responses: z.record(
    z.string().regex(/^[1-5]\d\d$/),
    z.strictObject({ description: z.string().min(1), content: content.optional() }),
  ),
})

/** The parts of the OpenAPI 3.1 specification that are used here, and nothing else. */
const openApi = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d$/),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  jsonSchemaDialect: z.url(),
  tags: z.array(z.strictObject({ name: z.string(), description: z.string() })),
  paths: z.record(z.string().regex(/^\/[\w./{}-]*$/), z.partialRecord(z.enum(['get', 'post', 'delete']), operation)),
  components: z.strictObject({
    securitySchemes: z.record(
      z.string(),
      z.union([
        z.strictObject({ type: z.literal('http'), scheme: z.literal('bearer'), description: z.string() }),
        z.strictObject({
          type: z.literal('apiKey'),
          in: z.literal('header'),
          name: z.string(),
          description: z.string(),
        }),
      ]),
    ),
    schemas: z.record(z.string(), schema),
  }),
})

describe('the OpenAPI document', () => {
  let document: z.infer<typeof openApi>

  beforeAll(() => {
    document = openApi.parse(JSON.parse(JSON.stringify(openApiDocument({ version: '1', hooksPath: '/hooks' }))))
  })

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => ({ path, method, described })),
    )

  it('describes every endpoint, and none that is not there', () => {
    const described = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    const hooks = ['POST /hooks/agent', 'POST /hooks/wake', 'POST /hooks/{name}']
    expect(described.sort()).toEqual([...routesOf(everything()), ...hooks].sort())
  })

  it('names operations once, and declares what it refers to', () => {
    const ids = operations().map(({ described }) => described.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const { schemas, securitySchemes } = document.components
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target)
    const known = Object.keys(schemas).map((name) => `#/components/schemas/${name}`)
    expect(references.filter((target) => !known.includes(target ?? ''))).toEqual([])
    const tags = document.tags.map(({ name }) => name)
    for (const { described } of operations()) {
      expect(tags).toContain(described.tags[0])
      for (const requirement of described.security.flatMap((one) => Object.keys(one))) {
        expect(Object.keys(securitySchemes)).toContain(requirement)
      }
    }
  })

  it('describes the parameters of every path', () => {
    for (const { path, described } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const told = (described.parameters ?? []).filter((one) => one.in === 'path')
      expect([path, told.map(({ name }) => name)]).toEqual([path, inPath])
      expect(told.every(({ required }) => required)).toBe(true)
    }
  })

  it('describes bodies by the schemas they are read with', () => {
    const { schemas } = document.components
    expect(schemas.CreateChatCompletionBody).toMatchObject({ required: ['messages'] })
    expect(schemas.CreateResponseBody).toMatchObject({ additionalProperties: false, properties: { input: {} } })
    expect(schemas.InvokeToolBody).toMatchObject({ required: ['tool'] })
    expect(schemas.RunAgentBody).toMatchObject({ required: ['message'] })
  })

  it('is given to everybody, with the path that webhooks have', async () => {
    const transport = new MemoryTransport()
    const config = { hooks: { enabled: true, token: 'a-token-for-hooks-only', path: '/in/coming' } }
    const gateway = createGateway({ transport, config, endpoints: [{ host: '127.0.0.1', port: 0 }] })
    await gateway.start()
    const response = await transport.fetch(`${gateway.url.replace('ws', 'http')}/openapi.json`)
    const given = openApi.parse(await response.json())
    await gateway.stop(0)
    expect(response.status).toBe(200)
    expect(Object.keys(given.paths)).toContain('/in/coming/agent')
  })
})

/** An application with every endpoint there is; nobody asks it anything. */
function everything() {
  const nobody = undefined as never
  const facts: HttpFacts = {
    version: '1',
    readiness: nobody,
    guarded: {
      door: new StrictDoor(),
      agentIds: () => [],
      controlUi: () => ({ isEnabled: false, basePath: '' }),
      files: nobody,
      chatCompletions: {} as never,
      responses: {} as never,
      hooks: {} as never,
      tools: {} as never,
      figures: {} as never,
    },
  }
  return createApp(facts, new MemoryLog())
}

/** `GET /v1/models/{id}` of every route that does something. */
function routesOf({ routes }: ReturnType<typeof everything>): readonly string[] {
  const telling = routes.filter(({ method, handler }) => method !== 'ALL' && handler !== (readOnly as unknown))
  const named = telling.map(({ method, path }) => `${method} ${path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')}`)
  return [...new Set(named)]
}
