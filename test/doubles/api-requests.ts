import fc from 'fast-check'
import { openApiDocument } from '../../src/adapters/http-hono/openapi/document.js'
import { valuesOf } from './schema-values.js'

type Json = Readonly<Record<string, unknown>>

/** Secrets and names that a request may need to get anywhere. */
export interface ApiFacts {
  readonly token: string
  readonly hooksToken: string
  /** Values worth trying for a parameter of a path, by its name. */
  readonly known: Readonly<Record<string, readonly string[]>>
}

/** One request as it goes out. */
export interface ApiRequest {
  /** `POST /v1/responses`, as the document names it. */
  readonly operation: string
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** Statuses that the document names for this operation; null where the request was bent so that it is another one. */
  readonly described: readonly number[] | null
}

interface Operation {
  readonly path: string
  readonly method: string
  readonly security: readonly Json[]
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Json }[]
  /** Schema of the body; null = none is taken. */
  readonly body: Json | null
  readonly statuses: readonly number[]
}

/** Requests made from the OpenAPI document: as it describes them, and bent in one way or another. */
export function apiRequests(facts: ApiFacts): fc.Arbitrary<ApiRequest> {
  const all = operations().map((operation) => {
    return { arbitrary: requestsOf(operation, facts), weight: operation.body === null ? 1 : 3 }
  })
  return fc.oneof(...all)
}

function operations(): readonly Operation[] {
  const { paths, components } = openApiDocument({ version: '1', hooksPath: '/hooks' })
  const schemas = components.schemas as Readonly<Record<string, Json>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, told]) => {
      const { requestBody, parameters, responses, security } = told as {
        readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: { $ref: string } }>> }
        readonly parameters?: Operation['parameters']
        readonly responses: object
        readonly security: readonly Json[]
      }
      const reference = requestBody?.content['application/json']?.schema.$ref.replace(/^.*\//, '')
      const anyBody = path.endsWith('{name}') ? {} : null
      return {
        path,
        method: method.toUpperCase(),
        security,
        parameters: parameters ?? [],
        body: reference === undefined ? anyBody : (schemas[reference] ?? null),
        statuses: Object.keys(responses).map(Number),
      }
    }),
  )
}

function requestsOf(operation: Operation, facts: ApiFacts): fc.Arbitrary<ApiRequest> {
  const { path, method, security, parameters, body, statuses } = operation
  const isHook = security.some((one) => 'hooks' in one)
  const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => name)
  const inQuery = parameters.filter((one) => one.in === 'query')
  const right = fc
    .record({
      places: fc.tuple(...inPath.map((name) => placeholder(facts.known[name] ?? []))),
      query: fc.record(Object.fromEntries(inQuery.map(({ name, schema }) => [name, valuesOf(schema)])), {
        requiredKeys: [],
      }),
      value: body === null ? fc.constant(undefined) : fc.oneof(valuesOf(body), sensible(valuesOf(body))),
      agent: fc.option(fc.constantFrom('main', 'nobody', ''), { freq: 8 }),
      session: fc.option(fc.constantFrom('agent:main:fuzz', 'agent:other:x', ':', 'global'), { freq: 5 }),
    })
    .map(({ places, query, value, agent, session }): ApiRequest => {
      const filled = inPath.reduce((text, name, at) => text.replace(`{${name}}`, encodeURIComponent(places[at]!)), path)
      const search = searchOf(query)
      return {
        operation: `${method} ${path}`,
        method,
        target: search === '' ? filled : `${filled}?${search}`,
        headers: {
          authorization: `Bearer ${isHook ? facts.hooksToken : facts.token}`,
          ...(agent === null ? {} : { 'x-mayros-agent-id': agent }),
          ...(session === null ? {} : { 'x-mayros-session-key': session }),
        },
        ...(value === undefined ? {} : { body: JSON.stringify(value) }),
        described: statuses,
      }
    })
  const bent = [
    bentHeaders(right, isHook),
    bentTarget(right),
    ...(body === null ? [] : [bentValue(right), bentText(right)]),
  ]
  return fc.oneof({ arbitrary: right, weight: 6 }, ...bent.map((arbitrary) => ({ arbitrary, weight: 2 })))
}

/** With what makes sense in the place of what merely has the right form, so that somebody is really asked. */
function sensible(bodies: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const messages = fc.constantFrom(
    [{ role: 'user', content: 'Hello' }],
    [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
    ],
  )
  const input = fc.constantFrom('Hello', [{ role: 'user', content: 'Hello' }])
  const model = fc.constantFrom('mayros', 'mayros:main', 'gpt-5')
  const tool = fc.constantFrom('sessions_list', 'session_status', 'agents_list', 'sessions_history')
  const better = fc.record({ messages, input, model, tool })
  const isDoubtful = (key: string) =>
    /^(tool_choice|tools|log|top_log|n$|function|modal|audio|web|background|conv|prompt$|mod)/.test(key)
  return fc.tuple(bodies, better).map(([body, known]) => {
    const members = Object.entries(Object(body) as object).filter(([key]) => !isDoubtful(key))
    return Object.fromEntries(
      members.map(([key, value]) => [key, key in known ? known[key as keyof typeof known] : value]),
    )
  })
}

function searchOf(query: object): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) search.set(name, String(value))
  return search.toString()
}

function placeholder(known: readonly string[]): fc.Arbitrary<string> {
  const anything = fc
    .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    .filter((text) => !/^\.{1,2}$/.test(text))
  return known.length === 0 ? anything : fc.oneof(fc.constantFrom(...known), anything)
}

/** Some value within the body is another one, is missing, or is there twice. */
function bentValue(right: fc.Arbitrary<ApiRequest>): fc.Arbitrary<ApiRequest> {
  const changes = fc.array(fc.tuple(fc.nat(), fc.constantFrom('replace', 'remove', 'add'), strange), {
    minLength: 1,
    maxLength: 3,
  })
  return fc.tuple(right, changes).map(([request, all]) => {
    let body = JSON.parse(String(request.body)) as unknown
    for (const [seed, kind, value] of all) body = changed(body, seed, kind, value)
    return { ...request, body: JSON.stringify(body) ?? 'null' }
  })
}

const strange = fc.oneof(
  fc.constantFrom<unknown>(null, '', [], {}, -1, 0.5, 1e308, true, '\u0000', '\ud800', 'x'.repeat(5000), '__proto__'),
  fc.constantFrom<unknown>(
    'agent:main:main',
    'https://127.0.0.1/x',
    'data:image/png;base64,!',
    'resp_0',
    'mayros:nobody',
  ),
  fc.jsonValue({ maxDepth: 3 }),
)

function changed(body: unknown, seed: number, kind: string, value: unknown): unknown {
  const places = placesIn(body)
  const place = places[seed % (places.length + 1)]
  if (place === undefined) return value
  const { parent, key } = place
  if (kind === 'add' && !Array.isArray(parent)) Object.assign(parent, { [`x-${seed % 7}`]: value })
  else if (kind === 'add' && Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]), value)
  else if (kind === 'remove' && Array.isArray(parent)) parent.splice(Number(key), 1)
  else if (kind === 'remove') delete (parent as Record<string, unknown>)[key]
  else (parent as Record<string, unknown>)[key] = value
  return body
}

interface Place {
  readonly parent: object
  readonly key: string
}

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => [{ parent: value, key }, ...placesIn(one)])
}

/** The text of the body is no JSON any more, or not quite the same. */
function bentText(right: fc.Arbitrary<ApiRequest>): fc.Arbitrary<ApiRequest> {
  const bend = fc.oneof(
    fc.nat().map((at) => (text: string) => text.slice(0, at % (text.length + 1))),
    fc.tuple(fc.nat(), fc.string({ minLength: 1, maxLength: 3, unit: 'binary' })).map(
      ([at, more]) =>
        (text: string) =>
          text.slice(0, at % (text.length + 1)) + more + text.slice(at % (text.length + 1)),
    ),
    fc.constantFrom(
      () => '',
      () => ' \n',
      () => '['.repeat(20_000),
      () => `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
      (text: string) => `\ufeff${text}`,
      (text: string) => `${text}${text}`,
      (text: string) => `${text}${' '.repeat(70_000)}`,
    ),
  )
  const asText = fc.tuple(right, bend).map(([request, bendIt]) => ({ ...request, body: bendIt(String(request.body)) }))
  const bytes = fc.tuple(right, fc.uint8Array({ maxLength: 64 })).map(([request, more]) => {
    const all = Buffer.concat([Buffer.from(String(request.body)), more])
    return { ...request, body: new Uint8Array(all) }
  })
  return fc.oneof({ arbitrary: asText, weight: 3 }, { arbitrary: bytes, weight: 1 })
}

const HEADERS: readonly Readonly<Record<string, string>>[] = [
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' },
  { 'content-encoding': 'gzip' },
  { 'accept-encoding': 'br;q=0, gzip;q=1' },
  { 'accept-encoding': '*' },
  { accept: 'text/event-stream' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { 'x-request-id': 'a b c' },
  { 'x-forwarded-for': '1.2.3.4, unknown' },
  { forwarded: 'for="[::1]:1";host=evil.example' },
  { 'x-mayros-agent-id': '../../etc' },
  { 'x-mayros-session-key': 'agent:main:a b\tc' },
  { 'x-mayros-message-channel': 'telegram', 'x-mayros-account-id': 'x'.repeat(300) },
  { 'if-none-match': '*' },
  { 'idempotency-key': 'again' },
]

/** Headers that say something else. Webhooks keep their token: who guesses it is locked out, and the rest would be as well. */
function bentHeaders(right: fc.Arbitrary<ApiRequest>, isHook: boolean): fc.Arbitrary<ApiRequest> {
  const credentials = ['', 'Bearer', 'Bearer wrong', 'Basic eDp5', `bearer ${'x'.repeat(3000)}`]
  const others = fc.constantFrom(...HEADERS)
  const more = isHook
    ? others
    : fc.oneof(others, fc.constantFrom(...credentials.map((one) => ({ authorization: one }))))
  return fc.tuple(right, more).map(([request, headers]) => ({
    ...request,
    headers: { ...request.headers, ...headers },
    // Refusals that hold for everything are told once, not with each operation.
    described: [...(request.described ?? []), 400, 403, 421],
  }))
}

/** Another method, or a path that is nearly the same. */
function bentTarget(right: fc.Arbitrary<ApiRequest>): fc.Arbitrary<ApiRequest> {
  const method = fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST')
  const path = fc.constantFrom<(target: string) => string>(
    (target) => target,
    (target) => `${target}/`,
    (target) => `/${target}`,
    (target) => `${target}%00`,
    (target) => `${target}/%2e%2e/x`,
    (target) => `${target}?token=secret`,
    (target) => `${target}${target.includes('?') ? '&' : '?'}a=%zz&limit=1e9&order=up`,
    (target) => `${target}/${'y'.repeat(3000)}`,
    (target) => target.toUpperCase(),
  )
  return fc.tuple(right, method, path).map(([request, another, bend]) => {
    const { body, ...rest } = request
    const isBodiless = another === 'GET' || another === 'HEAD'
    const bent = { ...rest, method: another, target: bend(request.target), described: null }
    return isBodiless || body === undefined ? bent : { ...bent, body }
  })
}
