import type { SeededRandom } from '../../contracts/transport/seeded-random.js'

/** What a client sends on one connection. */
export interface FuzzedExchange {
  readonly bytes: Buffer
  /** Statuses one after the other, when the requests are well-formed; null when anything but a failure will do. */
  readonly expected: readonly number[] | null
  /** Methods of the requests, as far as they are well-formed; HEAD has no body in its answer. */
  readonly methods: readonly string[]
}

const WELL_FORMED = 0.35
const PIPELINED = 0.15

/** One exchange out of the grammar of RFC 9112, or out of what surrounds it. */
export function fuzzedExchange(random: SeededRandom): FuzzedExchange {
  if (random.chance(WELL_FORMED)) return wellFormed(random)
  if (random.chance(0.05)) return anything(randomLine(random, random.between(1, 2_000)))
  const count = random.chance(PIPELINED) ? random.between(2, 6) : 1
  return anything(Array.from({ length: count }, () => malformed(random)).join(''))
}

function anything(text: string): FuzzedExchange {
  return { bytes: Buffer.from(text, 'latin1'), expected: null, methods: [] }
}

const PLACES: readonly { readonly path: string; readonly get: number; readonly other: number }[] = [
  { path: '/healthz', get: 200, other: 405 },
  { path: '/readyz', get: 200, other: 405 },
  { path: '/nowhere', get: 404, other: 404 },
  { path: '/', get: 404, other: 404 },
  { path: '/healthz?x=1&y=%20', get: 200, other: 405 },
  { path: '/%7Ehome/%E4%B8%96', get: 404, other: 404 },
]

/** Requests with one right answer, one to four of them at once. */
function wellFormed(random: SeededRandom): FuzzedExchange {
  const count = random.chance(PIPELINED) ? random.between(2, 4) : 1
  const requests = Array.from({ length: count }, () => wellFormedRequest(random))
  return {
    bytes: Buffer.from(requests.map(({ text }) => text).join(''), 'latin1'),
    expected: requests.map(({ status }) => status),
    methods: requests.map(({ method }) => method),
  }
}

function wellFormedRequest(random: SeededRandom) {
  const place = random.pick(PLACES)
  const method = random.pick(['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
  const isReading = method === 'GET' || method === 'HEAD'
  const headers = [
    random.pick(['Host: 127.0.0.1', 'host:127.0.0.1', 'HOST:   127.0.0.1:80  ', 'Host: [::1]']),
    ...(random.chance(0.3) ? [`Accept: ${random.pick(['*/*', 'text/html;q=0.9, */*;q=0.1'])}`] : []),
    ...(random.chance(0.3) ? [`X-Text: ${'x'.repeat(random.between(0, 500))}`] : []),
    ...(random.chance(0.2) ? [`Cookie: a=${random.between(0, 1e6)}; b="c"`] : []),
  ]
  const body = isReading ? '' : wellFormedBody(random, headers)
  const text = `${method} ${place.path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`
  return { text, method, status: isReading ? place.get : place.other }
}

function wellFormedBody(random: SeededRandom, headers: string[]): string {
  const content = 'x'.repeat(random.pick([0, 1, 100, 3_000]))
  if (random.chance(0.6)) {
    headers.push(`Content-Length: ${content.length}`)
    return content
  }
  headers.push('Transfer-Encoding: chunked')
  const cut = random.between(0, content.length)
  const chunks = [content.slice(0, cut), content.slice(cut)].filter((chunk) => chunk !== '')
  return `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`
}

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'TRACE',
  'CONNECT',
  'OPTIONS',
  'get',
  'FOO',
  'G@T',
  'G\0T',
  '',
  ' ',
  'PRI',
  'M-SEARCH',
  'X'.repeat(9_000),
]
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/0.9',
  'HTTP/2.0',
  'HTTP/1.',
  'HTTP/11',
  'HTTQ/1.1',
  'http/1.1',
  'HTTP/1.1 ',
  '',
]
const LINE_ENDS = ['\n', '\r', '\r\r\n']
/** Where one thing is odd, most else has to be right, or nothing gets past the first look. */
const ODD = 0.12
const HEADERS: readonly ((random: SeededRandom) => string)[] = [
  (random) =>
    `Host: ${random.pick(['', '[', '@', 'a b', 'x:99999', 'x:-1', '%', '\0', '\x80', 'user:pw@x', '//', 'x/y', 'x?y', '[::1', 'xn--', 'x'.repeat(300)])}`,
  () => 'Host: one\r\nHost: two',
  (random) =>
    `Content-Length: ${random.pick(['-1', '+1', '0x10', '1e3', '1,1', '1, 2', '', ' ', '99999999999999999999', '9007199254740993', '3.5', '00005', 'five'])}`,
  () => 'Content-Length: 4\r\nContent-Length: 5',
  (random) => `Content-Length: ${random.between(0, 50)}`,
  (random) =>
    `Transfer-Encoding: ${random.pick(['chunked', 'identity', 'chunked, chunked', 'xchunked', 'gzip, chunked', 'chunked, gzip', '\tchunked', 'CHUNKED', ''])}`,
  () => 'Transfer-Encoding: chunked\r\nContent-Length: 3',
  () => 'Transfer-Encoding : chunked',
  (random) =>
    `Connection: ${random.pick(['close', 'keep-alive', 'upgrade', 'close, keep-alive', 'x', 'Host', 'content-length'])}`,
  (random) =>
    `Connection: Upgrade\r\nUpgrade: ${random.pick(['h2c', 'websocket', 'WEBSOCKET', 'websocket, h2c', '', 'TLS/1.0'])}`,
  (random) =>
    `Sec-WebSocket-Key: ${random.pick(['', 'x', 'dGhlIHNhbXBsZSBub25jZQ==', '\0'.repeat(16), 'x'.repeat(5_000)])}`,
  (random) => `Sec-WebSocket-Version: ${random.pick(['13', '8', '0', '', '99', '13, 8'])}`,
  (random) =>
    `Sec-WebSocket-Extensions: ${random.pick(['permessage-deflate', 'permessage-deflate; client_max_window_bits=99', ';;;', 'x; y="'])}`,
  (random) => `Expect: ${random.pick(['100-continue', '200-ok', ''])}`,
  (random) => `Range: bytes=${random.pick(['0-', '-1', '5-1', '0-0,1-1,2-2', 'x'])}`,
  (random) => `Origin: ${random.pick(['null', 'http://evil.example', '\x80', ''])}`,
  (random) => `X-Forwarded-For: ${random.pick(['127.0.0.1', '::1', '1.2.3.4, 127.0.0.1', 'x'.repeat(500)])}`,
  (random) => `X-Long: ${'x'.repeat(random.pick([3_000, 5_000, 20_000, 70_000]))}`,
  (random) =>
    Array.from({ length: random.pick([40, 60, 120, 2_500]) }, (_, index) => `X-${index}: ${index}`).join('\r\n'),
  () => 'X-Folded: one\r\n two',
  () => 'NoColon',
  () => ': no name',
  () => 'X Space: 1',
  () => 'x_underscore: 1',
  () => 'X-Nul: a\0b',
  () => '__proto__: 1\r\nconstructor: 2\r\ntoString: 3',
  (random) => randomLine(random, random.between(1, 60)),
]

function malformed(random: SeededRandom): string {
  const end = mostly(random, '\r\n', LINE_ENDS)
  const words = [
    mostly(random, random.pick(['GET', 'POST']), METHODS),
    target(random),
    mostly(random, 'HTTP/1.1', VERSIONS),
  ]
  const line = words.join(mostly(random, ' ', ['  ', '\t', '']))
  const own = Array.from({ length: random.between(0, 2) }, () => random.pick(HEADERS)(random))
  const headers = random.chance(0.85) ? ['Host: 127.0.0.1', ...own] : own
  const whole = `${[line, ...headers].join(end)}${end}${end}${brokenBody(random)}`
  return random.chance(0.1) ? whole.slice(0, random.between(0, whole.length)) : whole
}

function mostly(random: SeededRandom, usual: string, odd: readonly string[]): string {
  return random.chance(ODD) ? random.pick(odd) : usual
}

function target(random: SeededRandom): string {
  if (random.chance(0.5)) return random.pick(PLACES).path
  return random.pick([
    '/healthz',
    '/readyz',
    '/',
    '*',
    '',
    'healthz',
    '//healthz',
    '//evil.example/healthz',
    '///',
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/',
    '/%zz%',
    '/%00',
    '/\0',
    '/\x80\xff',
    '/a\tb',
    '/healthz#fragment',
    '/?'.repeat(50),
    '/[]{}|\\^`"<>',
    'http://127.0.0.1/healthz',
    'http://evil.example/healthz',
    'https://evil.example:1/healthz',
    'http://',
    'http://[::1/',
    'ftp://x/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '127.0.0.1:80',
    'a:b@c:80',
    `/${'x'.repeat(random.pick([3_000, 5_000, 20_000]))}`,
    `/healthz?${'a=1&'.repeat(random.pick([10, 1_000]))}`,
    `/${randomLine(random, random.between(1, 40))}`,
  ])
}

function brokenBody(random: SeededRandom): string {
  return random.pick([
    '',
    '',
    '',
    'abcd',
    'x'.repeat(random.between(1, 5_000)),
    '4\r\nabcd\r\n0\r\n\r\n',
    '4;name=value\r\nabcd\r\n0\r\nTrailer: x\r\n\r\n',
    'ffffffffffffffff\r\nabcd',
    '7fffffffffffffff\r\nabcd',
    '-1\r\nabcd\r\n',
    '4\nabcd\n0\n\n',
    'zz\r\nabcd\r\n',
    '4\r\nabcdefgh\r\n0\r\n\r\n',
    '0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n',
  ])
}

function randomLine(random: SeededRandom, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(random.between(0, 255))).join('')
}
