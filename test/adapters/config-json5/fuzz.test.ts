import { describe, expect, it } from 'vitest'
import { Json5ConfigSource } from '../../../src/adapters/config-json5/json5-config-source.js'
import { formatProblem } from '../../../src/domain/config/problem.js'
import { ref } from './config-directory.js'

const TEXTS = 10_000
const SEED = 20_260_101

const SEEDS: readonly string[] = [
  `{ // all of it
  gateway: { port: 18789, mode: "local", bind: 'lan', auth: { token: "${ref('TOKEN')}", mode: "token" } },
  agents: { defaults: { model: "openai/gpt-5.2", timeoutSeconds: 600 }, list: [{ id: "main", default: true }, { id: "ops" }] },
  models: { providers: { own: { baseUrl: "https://x.example", apiKey: { env: "KEY" }, headers: { "x-a": "b" } } } },
  session: { scope: "per-sender" }, logging: { level: "info", redactPatterns: ["a+"] },
}`,
  `{ "$include": ["a.json5", "b.json5"], "env": { "vars": { "A": "${ref('B')}" } }, "gateway": { "port": "${ref('PORT')}" } }`,
  '{ agents: { $include: "a.json5" }, channels: { telegram: { botToken: { file: "t" }, groups: { "-100:5": {} } } } }',
  "\uFEFF{\r\n  gateway: { port: 0x10, /* c */ auth: { password: 'p\\'q' } },\r\n}\r\n",
]
const INCLUDED: readonly string[] = [
  '{ defaults: { timeoutSeconds: 5 }, list: [{ id: "x" }] }',
  '{ gateway: { $include: "c.json5" }, session: { scope: "global" } }',
  '[{ id: "y", workspace: "~/w" }]',
]
const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  "'",
  '//',
  '/*',
  '*/',
  '\n',
  '\\',
  '\0',
  '\uD800',
  '\uFEFF',
  'null',
  'true',
  'NaN',
  '-0',
  '1e999',
  '"$include"',
  '$include: "a.json5",',
  '$include: ["mayros.json", "../x", "/etc/passwd", ""],',
  '__proto__: {},',
  '"constructor": 1,',
  ref('TOKEN'),
  ref('NOPE'),
  `$${ref('X')}`,
  '{ file: "none" }',
  '{ env: "NOPE" }',
  'gateway: {',
  'port: "x",',
  'agents: { list: [',
  '[[[[[[[[',
  '{"a":{"a":{"a":',
  '99999999999999999999',
  '"\\u00',
  'id: 5,',
  'hooks: { enabled: true },',
]

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function mutated(text: string, random: (below: number) => number): string {
  let result = text
  for (let count = random(4) + 1; count > 0; count--) {
    const at = random(result.length + 1)
    const length = random(12)
    const token = TOKENS[random(TOKENS.length)]!
    const changes = [
      () => result.slice(0, at) + String.fromCharCode(random(256)) + result.slice(at + 1),
      () => result.slice(0, at) + result.slice(at + length),
      () => result.slice(0, at) + token + result.slice(at),
      () => result.slice(0, at) + token + result.slice(at + length),
      () => result.slice(0, at) + result.slice(at, at + length).repeat(random(3) + 1) + result.slice(at),
      () => result.slice(0, at),
    ]
    result = changes[random(changes.length)]!()
  }
  return result
}

describe('10000 texts that nobody meant to write', () => {
  it('are each valid, or refused with a place', async () => {
    const random = numbers(SEED)
    const at = (name: string) => `/fuzz/config/${name}`
    const source = new Json5ConfigSource({
      path: at('mayros.json'),
      home: '/fuzz',
      variables: { TOKEN: 't', PORT: '5', KEY: 'k', B: 'b' },
    })
    const counts = { valid: 0, refused: 0 }
    for (let index = 0; index < TEXTS; index++) {
      const pick = (texts: readonly string[]) => texts[random(texts.length)]!
      const texts = [
        { path: at('mayros.json'), text: mutated(pick(SEEDS), random) },
        { path: at('a.json5'), text: random(2) === 0 ? pick(INCLUDED) : mutated(pick(INCLUDED), random) },
        { path: at('b.json5'), text: pick(INCLUDED) },
        { path: at('c.json5'), text: mutated('{ port: 4, mode: "local" }', random) },
      ]
      const reading = await source.preview(texts).catch((thrown: unknown) => {
        throw new Error(`text ${index} throws: ${JSON.stringify(texts)}`, { cause: thrown })
      })
      const unplaced = reading.problems.find(
        ({ file, line, column }) => file === undefined || !(line! > 0) || !(column! > 0),
      )
      if (unplaced !== undefined)
        throw new Error(`text ${index}: no place in ${formatProblem(unplaced)}: ${JSON.stringify(texts)}`)
      if ((reading.config === null) !== reading.problems.length > 0)
        throw new Error(`text ${index}: neither valid nor refused`)
      counts[reading.config === null ? 'refused' : 'valid'] += 1
    }
    expect(counts.valid).toBeGreaterThan(100)
    expect(counts.refused).toBeGreaterThan(5_000)
  }, 60_000)
})
