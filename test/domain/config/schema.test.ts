import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { jsonSchema } from '../../../src/domain/config/json-schema.js'
import { formatKeyPath } from '../../../src/domain/config/key-path.js'
import { schemaFor } from '../../../src/domain/config/schema-for.js'
import { placeAt } from '../../../src/domain/config/schema-place.js'
import { SECTION_DEFAULTS } from '../../../src/domain/config/section-defaults.js'
import { RELOAD_RULES, reloadRuleOf } from '../../../src/domain/reload/reload-rules.js'
import { configInputs } from './config-inputs.js'

interface Leaf {
  readonly path: readonly string[]
  readonly schema: z.ZodType
  readonly isOptional: boolean
}

const wrappers = [z.ZodOptional, z.ZodDefault, z.ZodPrefault]

/** Every key that holds a value, with `*` for names and places in lists that operators choose. */
function leavesOf(schema: z.ZodType, path: readonly string[] = [], outerIsOptional = false): Leaf[] {
  let inner = schema
  let isOptional = outerIsOptional
  while (wrappers.some((wrapper) => inner instanceof wrapper)) {
    isOptional = true
    inner = (inner as z.ZodOptional).def.innerType as z.ZodType
  }
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([key, member]) =>
      leavesOf(member, [...path, key]),
    )
  }
  const element = inner instanceof z.ZodArray ? inner.def.element : inner instanceof z.ZodRecord && inner.def.valueType
  if (element instanceof z.ZodObject) return leavesOf(element, [...path, '*'])
  return [{ path, schema: inner, isOptional }]
}

/** Keys without which their object means nothing. */
const REQUIRED = new Set([
  'agents.list.*.id',
  'agents.defaults.cliBackends.*.command',
  'bindings.*.agentId',
  'bindings.*.match.channel',
  'bindings.*.match.peer.kind',
  'bindings.*.match.peer.id',
  'session.sendPolicy.rules.*.action',
  'models.providers.*.models.*.id',
  'auth.profiles.*.provider',
  'auth.profiles.*.mode',
  'approvals.exec.targets.*.channel',
  'approvals.exec.targets.*.to',
  'hooks.mappings.*.transform.module',
  'channels.telegram.customCommands.*.command',
  'channels.telegram.customCommands.*.description',
  'channels.telegram.accounts.*.customCommands.*.command',
  'channels.telegram.accounts.*.customCommands.*.description',
])

const leaves = leavesOf(gatewayConfigSchema())
const full = gatewayConfigSchema()

describe('every key of the schema', () => {
  it('is there at all', () => expect(leaves.length).toBeGreaterThan(600))

  it('has a sentence for people', () => {
    const silent = leaves.filter(({ schema }) => !/^\S.*\.$/.test(z.globalRegistry.get(schema)?.description ?? ''))
    expect(silent.map(({ path }) => path.join('.'))).toEqual([])
  })

  it('has a reload rule', () => {
    const without = leaves.filter(({ path }) => reloadRuleOf(path).prefix.length === 0)
    expect(without.map(({ path }) => path.join('.'))).toEqual([])
  })

  it('may be left out, or is known to be required', () => {
    const required = leaves.filter(({ isOptional }) => !isOptional).map(({ path }) => path.join('.'))
    expect(new Set(required)).toEqual(REQUIRED)
  })
})

it('no reload rule is about a key that does not exist', () => {
  const known = leaves.map(({ path }) => path)
  const dead = RELOAD_RULES.filter(
    ({ prefix }) =>
      !known.some((path) =>
        prefix.every(
          (part, index) => index >= path.length || part === '*' || path[index] === '*' || part === path[index],
        ),
      ),
  )
  expect(dead.map(({ prefix }) => prefix.join('.'))).toEqual([])
})

describe('the schema of what a file uses', () => {
  it('knows the defaults of every section', () => {
    expect(SECTION_DEFAULTS).toEqual(full.parse({}))
    expect(schemaFor({}).parse({})).toEqual(full.parse({}))
  })

  it('accepts, refuses and completes like the whole schema', () => {
    fc.assert(
      fc.property(configInputs(), fc.boolean(), (input, isBroken) => {
        const value = isBroken ? { ...(input as object), gateway: { prt: 1, port: 'x' }, nonsense: true } : input
        const quick = schemaFor(value).safeParse(value)
        const slow = full.safeParse(value)
        expect(quick.success).toBe(slow.success)
        expect(quick.data).toEqual(slow.data)
        expect(quick.error?.issues).toEqual(slow.error?.issues)
      }),
      { numRuns: 100 },
    )
  })

  it('refuses what is no object', () => {
    expect(schemaFor(null).safeParse(null).success).toBe(false)
    expect(schemaFor([]).safeParse([]).success).toBe(false)
    expect(schemaFor({ gateway: null }).safeParse({ gateway: null }).success).toBe(false)
  })
})

describe('places', () => {
  it.each([
    ['gateway.tls.certPath', true],
    ['skills.load.extraDirs.0', true],
    ['channels.telegram.accounts.work.tokenFile', true],
    ['gateway.bind', false],
  ])('%s is a path of the file system: %s', (path, isPath) => {
    expect(placeAt(full, path.split('.')).isPath).toBe(isPath)
  })

  it.each([
    ['gateway.auth.token', true],
    ['channels.slack.accounts.a.signingSecret', true],
    ['channels.webhook.headers.x-key', true],
    ['env.vars.NAME', true],
    ['env.NAME', true],
    ['skills.entries.s.env.A', true],
    ['hooks.mappings.0.sessionKey', true],
    ['meta.tokne', true],
    ['gateway.auth.mode', false],
    ['agents.defaults.model.primary', false],
  ])('%s is secret: %s', (path, secret) => {
    expect(placeAt(full, path.split('.')).secret).toBe(secret)
  })
})

describe('JSON Schema', () => {
  const schema = jsonSchema()

  it('is what the package ships', () => {
    expect(JSON.parse(readFileSync('schema/mayros.schema.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)))
  })

  it('lets secrets be said by reference and requires no section', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      additionalProperties: false,
    })
    expect(schema).not.toHaveProperty('required')
    const token = JSON.stringify((schema as any).properties.gateway.properties.auth.properties.token)
    expect(token).toContain('"file"')
    expect(token).toContain('"env"')
  })
})

it('paths with lists read as operators write them', () => {
  expect(formatKeyPath(['hooks', 'mappings', 1, 'match', 'path'])).toBe('hooks.mappings[1].match.path')
})
