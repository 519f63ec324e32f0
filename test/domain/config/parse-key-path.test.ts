import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatKeyPath } from '../../../src/domain/config/key-path.js'
import { parseKeyPath, resolveKeyPath } from '../../../src/domain/config/parse-key-path.js'

describe('parseKeyPath', () => {
  it.each([
    ['gateway.port', ['gateway', 'port']],
    ['agents.list[0].id', ['agents', 'list', 0, 'id']],
    ['agents.list[id=ops].model', ['agents', 'list', { key: 'id', value: 'ops' }, 'model']],
    ['channels.telegram.groups["-100:5"]', ['channels', 'telegram', 'groups', '-100:5']],
    ["a['b.c'].d", ['a', 'b.c', 'd']],
    ['a\\.b.c', ['a.b', 'c']],
    ['a["\\u0041\\n\\""]', ['a', 'A\n"']],
    ['["x y"]', ['x y']],
    ['agents.list.0', ['agents', 'list', '0']],
  ])('%s', (text, expected) => {
    expect(parseKeyPath(text)).toEqual(expected)
  })

  it.each([
    ['', 1],
    ['.a', 1],
    ['a.', 3],
    ['a..b', 3],
    ['a[', 2],
    ['a[x', 2],
    ['a[0]b', 5],
    ['a]', 2],
    ['a\\', 2],
  ])('refuses %j at column %i', (text, column) => {
    expect(parseKeyPath(text)).toMatchObject({ column })
  })

  it('reads every path that is shown', () => {
    const segment = fc.oneof(fc.string({ minLength: 1 }), fc.nat(20))
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (path) => {
        expect(parseKeyPath(formatKeyPath(path))).toEqual(path)
      }),
    )
  })
})

describe('resolveKeyPath', () => {
  const value = { agents: { list: [{ id: 'main' }, { id: 'ops' }] }, ports: { 0: 'a' } }
  it('finds elements by what they contain, and digits in lists', () => {
    expect(resolveKeyPath(['agents', 'list', { key: 'id', value: 'ops' }], value)).toEqual(['agents', 'list', 1])
    expect(resolveKeyPath(['agents', 'list', '1'], value)).toEqual(['agents', 'list', 1])
    expect(resolveKeyPath(['ports', '0'], value)).toEqual(['ports', '0'])
    expect(resolveKeyPath(['agents', 'list', { key: 'id', value: 'none' }], value)).toBeNull()
    expect(resolveKeyPath(['new', 'key'], value)).toEqual(['new', 'key'])
  })
})
