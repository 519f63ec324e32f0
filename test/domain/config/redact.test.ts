import { describe, expect, it } from 'vitest'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { formatKeyPath } from '../../../src/domain/config/key-path.js'
import { nearestKey } from '../../../src/domain/config/nearest-key.js'
import { redactConfig, secretsIn } from '../../../src/domain/config/redact.js'

const REFERENCE = `\${TOKEN}`
const schema = gatewayConfigSchema()

describe('redaction', () => {
  it('finds secrets by declaration, by name, and by misspelt name', () => {
    const value = {
      gateway: { auth: { token: 'a', pasword: 'b' }, port: 1 },
      models: { providers: { p: { apiKey: 'c', headers: { 'x-any': 'd' }, baseUrl: 'http://h' } } },
      unknown: { botToken: 'e', other: 'shown' },
    }
    expect(secretsIn(schema, value).sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(JSON.stringify(redactConfig(schema, value)).match(/__MAYROS_REDACTED__/g)).toHaveLength(5)
    expect(redactConfig(schema, value)).toMatchObject({ gateway: { port: 1 }, unknown: { other: 'shown' } })
  })

  it('leaves null and pure references to variables, but not texts that contain one', () => {
    const value = { gateway: { auth: { token: REFERENCE, password: `x${REFERENCE}` }, remote: { token: null } } }
    expect(redactConfig(schema, value)).toEqual({
      gateway: { auth: { token: REFERENCE, password: '__MAYROS_REDACTED__' }, remote: { token: null } },
    })
    expect(secretsIn(schema, value)).toEqual([`x${REFERENCE}`])
  })
})

it.each([
  ['prt', ['port', 'bind'], 'port'],
  ['tokne', ['token', 'mode'], 'token'],
  ['PORT', ['port'], 'port'],
  ['zzz', ['port', 'bind'], null],
  ['x', [], null],
])('the key nearest to %s', (written, candidates, nearest) => {
  expect(nearestKey(written, candidates)).toBe(nearest)
})

it('paths are written as operators write them', () => {
  expect(formatKeyPath(['agents', 'list', 0, 'id'])).toBe('agents.list[0].id')
  expect(formatKeyPath(['models', 'providers', 'my.host', 'apiKey'])).toBe('models.providers["my.host"].apiKey')
  expect(formatKeyPath([])).toBe('')
})
