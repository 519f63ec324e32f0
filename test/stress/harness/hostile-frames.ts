import type { SeededRandom } from '../../contracts/transport/seeded-random.js'
import { frame, OPCODE } from './frames.js'

/** What a client says first, instead of a proper `connect`. */
export interface HostileOpening {
  readonly kind: string
  readonly bytes: Uint8Array
  /** Whole frames that must end the connection. Otherwise the client hangs up when it has said it. */
  readonly isFatal: boolean
}

type Maker = (random: SeededRandom) => HostileOpening

const BIG_MESSAGE_BYTES = 26 * 1024 * 1024

/** What stands in the place of a proper value. Texts of JSON, since not all of them are values. */
const ODD_VALUES: readonly string[] = [
  'null',
  'true',
  '{}',
  '[]',
  '""',
  '-0',
  '1e308',
  '1e999',
  '-1e999',
  '9007199254740993',
  '9'.repeat(1000),
  '0.1',
  '-1',
  '"\\ud800"',
  '"\\u0000"',
  '"\u2028"',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"length":1e9}',
  '{"toJSON":"x"}',
  '[[[[[[[[]]]]]]]]',
]
const ODD_KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  '\\u0000',
  'then',
]
const ODD_METHODS: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'connect ',
  'CONNECT',
  'health',
  'agent',
  '\\u0000',
  '..',
]
const PATHS: readonly string[] = [
  'minProtocol',
  'maxProtocol',
  'client',
  'client.id',
  'client.version',
  'client.platform',
  'client.mode',
  'client.displayName',
  'caps',
  'commands',
  'permissions',
  'role',
  'scopes',
  'auth',
  'auth.token',
  'auth.password',
  'device',
  'device.id',
  'device.publicKey',
  'device.signature',
  'device.signedAt',
  'device.nonce',
  'locale',
]

const MAKERS: readonly { readonly weight: number; readonly make: Maker }[] = [
  {
    weight: 8,
    make: (random) => ({ kind: 'random bytes', bytes: randomBytes(random, random.between(1, 300)), isFatal: false }),
  },
  { weight: 6, make: (random) => fatal('random text', text(randomText(random))) },
  {
    weight: 6,
    make: (random) => fatal('random binary message', frame(OPCODE.binary, randomBytes(random, random.between(0, 300)))),
  },
  { weight: 6, make: (random) => fatal('invalid UTF-8', frame(OPCODE.text, invalidUtf8(random))) },
  { weight: 8, make: (random) => fatal('deep JSON', text(deepJson(random))) },
  { weight: 8, make: (random) => fatal('huge and odd numbers', text(oddNumbers(random))) },
  { weight: 8, make: (random) => fatal('duplicate keys', text(duplicateKeys(random))) },
  { weight: 8, make: (random) => fatal('keys of the prototype', text(prototypeKeys(random))) },
  { weight: 20, make: (random) => fatal('mutated connect', text(mutatedConnect(random))) },
  { weight: 4, make: (random) => fatal('many keys', text(manyKeys(random))) },
  { weight: 4, make: (random) => fatal('long strings', text(longStrings(random))) },
  { weight: 6, make: (random) => fatal('another method first', text(request(`"${random.pick(ODD_METHODS)}"`, '{}'))) },
  { weight: 10, make: brokenFrames },
  { weight: 4, make: (random) => ({ kind: 'declared length', bytes: declaredLength(random), isFatal: false }) },
  { weight: 4, make: manyFragments },
  { weight: 4, make: (random) => ({ kind: 'cut off', bytes: cutOff(random), isFatal: false }) },
  {
    weight: 0.1,
    make: () => fatal('message over the limit', frame(OPCODE.text, Buffer.alloc(BIG_MESSAGE_BYTES, 'x'))),
  },
]
const TOTAL_WEIGHT = MAKERS.reduce((sum, { weight }) => sum + weight, 0)

/** Anything a program that means harm, or is broken, may say first. None of it can be let in. */
export function hostileOpening(random: SeededRandom): HostileOpening {
  let rest = random.next() * TOTAL_WEIGHT
  const maker = MAKERS.find(({ weight }) => {
    rest -= weight
    return rest < 0
  })
  return (maker ?? MAKERS[0]!).make(random)
}

function fatal(kind: string, bytes: Uint8Array): HostileOpening {
  return { kind, bytes, isFatal: true }
}

function text(content: string): Buffer {
  return frame(OPCODE.text, content)
}

function request(method: string, params: string, id = '"1"'): string {
  return `{"type":"req","id":${id},"method":${method},"params":${params}}`
}

function randomBytes(random: SeededRandom, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.between(0, 255)))
}

function randomText(random: SeededRandom): string {
  const alphabet = '{}[]",:\\ \n\t01eE+-.truefalsnl\u00e9\u4e16\u{1f600}'
  const letters = [...alphabet]
  return Array.from({ length: random.between(0, 400) }, () => random.pick(letters)).join('')
}

function invalidUtf8(random: SeededRandom): Buffer {
  const broken = random.pick([[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]])
  const whole = Buffer.from(connectText({}))
  const at = random.between(0, whole.length)
  return Buffer.concat([
    whole.subarray(0, at),
    Buffer.from(broken),
    random.chance(0.5) ? whole.subarray(at) : Buffer.alloc(0),
  ])
}

function deepJson(random: SeededRandom): string {
  const depth = random.pick([100, 1_000, 10_000, 100_000])
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const)
  const whole = open.repeat(depth) + (open === '[' ? '' : '1') + close.repeat(depth)
  return random.pick([
    whole,
    open.repeat(depth),
    request('"connect"', whole),
    request('"connect"', '{}', whole),
    connectText({ [random.pick(PATHS)]: whole }),
  ])
}

function oddNumbers(random: SeededRandom): string {
  const number = random.pick([
    '1e999',
    '-1e999',
    '1e-999',
    '9'.repeat(5_000),
    '-0',
    '01',
    '0x10',
    'NaN',
    'Infinity',
    '1_000',
    '.5',
    '1e',
  ])
  return random.pick([
    number,
    request('"connect"', '{}', number),
    request(number, '{}'),
    connectText({ minProtocol: number }),
    connectText({ 'device.signedAt': number }),
  ])
}

function duplicateKeys(random: SeededRandom): string {
  const connect = connectText({ [random.pick(PATHS)]: random.pick(ODD_VALUES) })
  return random.pick([
    '{"type":"req","type":"res","id":"1","id":2,"method":"connect","method":"health"}',
    `{"method":"connect","method":"connect",${connect.slice(1)}`,
    connect.replace('"client":{', '"client":{"id":"a","id":"b",'),
    `{${'"id":"1",'.repeat(random.between(1, 5_000))}"type":"req","method":"connect","params":{}}`,
  ])
}

function prototypeKeys(random: SeededRandom): string {
  const key = random.pick(ODD_KEYS)
  const value = random.pick(ODD_VALUES)
  return random.pick([
    `{"${key}":${value},${connectText({}).slice(1)}`,
    connectText({}).replace('"params":{', `"params":{"${key}":${value},`),
    connectText({}).replace('"client":{', `"client":{"${key}":${value},`),
    connectText({ permissions: `{"${key}":true}` }),
    request(`"${key}"`, value),
    request('"connect"', value, `"${key}"`),
  ])
}

function mutatedConnect(random: SeededRandom): string {
  const changes = Array.from(
    { length: random.between(1, 3) },
    () => [random.pick(PATHS), random.pick(ODD_VALUES)] as const,
  )
  return connectText(Object.fromEntries(changes))
}

function manyKeys(random: SeededRandom): string {
  const keys = Array.from({ length: random.pick([20, 1_000, 20_000]) }, (_, index) => `"k${index}":${index}`).join(',')
  return random.pick([`{${keys}}`, request('"connect"', `{${keys}}`), connectText({ permissions: `{${keys}}` })])
}

function longStrings(random: SeededRandom): string {
  const long = `"${random.pick(['x', '\\n', '\u{1f600}', '\\u0000']).repeat(random.pick([1_000, 200_000]))}"`
  return random.pick([
    request(long, '{}'),
    request('"connect"', '{}', long),
    connectText({ [random.pick(PATHS)]: long }),
    request('"connect"', `{${long}:1}`),
    `{${long}:1}`,
  ])
}

/** A proper `connect`, but for a token nobody would accept and for what is put in its place. */
function connectText(changes: Readonly<Record<string, string>>): string {
  const object: Record<string, unknown> = {
    minProtocol: 3,
    maxProtocol: 3,
    client: { id: 'test', version: '1', platform: 'linux', mode: 'test' },
    role: 'operator',
    scopes: ['operator.admin'],
    auth: { token: 'not the token' },
    device: { id: 'd', publicKey: 'k', signature: 's', signedAt: 1, nonce: 'n' },
  }
  const places: string[] = []
  for (const [path, value] of Object.entries(changes)) {
    const [head = '', tail] = path.split('.')
    const mark = `@${places.push(value) - 1}@`
    const inner = object[head]
    if (tail === undefined || typeof inner !== 'object' || inner === null) object[head] = mark
    else object[head] = { ...inner, [tail]: mark }
  }
  return request('"connect"', JSON.stringify(object)).replace(/"@(\d+)@"/g, (_, index) => places[Number(index)]!)
}

/** RFC 6455 sections 5.1 to 5.5.1, each rule broken in turn. */
function brokenFrames(random: SeededRandom): HostileOpening {
  const connect = connectText({})
  const [kind, bytes] = random.pick<readonly [string, () => Buffer]>([
    ['reserved bits', () => frame(OPCODE.text, connect, { reserved: random.between(1, 7) })],
    ['reserved opcode', () => frame(random.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), connect)],
    ['unmasked frame', () => Buffer.concat([frame(OPCODE.text, connect, { isMasked: false }), Buffer.alloc(8)])],
    ['continuation of nothing', () => frame(OPCODE.continuation, connect)],
    ['fragmented control frame', () => frame(OPCODE.ping, 'x', { isFinal: false })],
    ['long control frame', () => frame(OPCODE.ping, 'x'.repeat(random.between(126, 300)))],
    ['new message within a message', () => Buffer.concat([frame(OPCODE.text, '{', { isFinal: false }), text(connect)])],
    ['close with half a code', () => frame(OPCODE.close, Buffer.from([3]))],
    [
      'close with a bad code',
      () => frame(OPCODE.close, closeCode(random.pick([0, 999, 1004, 1005, 1006, 1015, 2999, 5000]))),
    ],
    ['close with a broken reason', () => frame(OPCODE.close, Buffer.from([3, 232, 0xff, 0xc0]))],
  ])
  // Engines are lenient in places; a client that hangs up afterwards must be forgotten all the same.
  return { kind, bytes: bytes(), isFatal: false }
}

function closeCode(code: number): Buffer {
  return Buffer.from([code >> 8, code & 255])
}

function declaredLength(random: SeededRandom): Buffer {
  const declaredBytes = random.pick([
    2n ** 25n,
    2n ** 31n - 1n,
    2n ** 31n,
    2n ** 32n,
    2n ** 53n,
    2n ** 63n - 1n,
    2n ** 64n - 1n,
  ])
  return frame(random.pick([OPCODE.text, OPCODE.binary]), 'x'.repeat(random.between(0, 100)), { declaredBytes })
}

function manyFragments(random: SeededRandom): HostileOpening {
  const count = random.between(1, 2_000)
  const pieces = Array.from({ length: count }, () =>
    random.chance(0.1)
      ? frame(OPCODE.ping, 'p')
      : frame(OPCODE.continuation, random.chance(0.5) ? '' : 'x', { isFinal: false }),
  )
  const bytes = Buffer.concat([frame(OPCODE.text, '{', { isFinal: false }), ...pieces, frame(OPCODE.continuation, '}')])
  return fatal('many fragments', bytes)
}

function cutOff(random: SeededRandom): Buffer {
  const whole = text(connectText({}))
  return whole.subarray(0, random.between(0, whole.length - 1))
}
