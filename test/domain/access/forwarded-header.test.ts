import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseForwarded } from '../../../src/domain/access/forwarded-header.js'

const elementsOf = (header: string) => parseForwarded(header)?.map((element) => Object.fromEntries(element)) ?? null

const quoted = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`

describe('parseForwarded', () => {
  it.each([
    ['for=192.0.2.60', [{ for: '192.0.2.60' }]],
    ['For="[2001:db8:cafe::17]:4711"', [{ for: '[2001:db8:cafe::17]:4711' }]],
    ['for=192.0.2.60;proto=http;by=203.0.113.43', [{ for: '192.0.2.60', proto: 'http', by: '203.0.113.43' }]],
    ['for=192.0.2.43, for=198.51.100.17', [{ for: '192.0.2.43' }, { for: '198.51.100.17' }]],
    ['for=_hidden, for="_SEVKISEK"', [{ for: '_hidden' }, { for: '_SEVKISEK' }]],
    ['for=unknown;', [{ for: 'unknown' }]],
    ['for=1.2.3.4:80', [{ for: '1.2.3.4:80' }]],
    ['for=1.2.3.4 ; proto=https\t,\tfor=5.6.7.8', [{ for: '1.2.3.4', proto: 'https' }, { for: '5.6.7.8' }]],
    ['for="a, b;c=\\"d\\\\"', [{ for: 'a, b;c="d\\' }]],
    ['', [{}]],
    ['for=1.2.3.4,,', [{ for: '1.2.3.4' }, {}, {}]],
    [
      'constructor=1;__proto__=2',
      [
        Object.fromEntries([
          ['constructor', '1'],
          ['__proto__', '2'],
        ]),
      ],
    ],
  ])('reads %s', (header, elements) => {
    expect(elementsOf(header)).toEqual(elements)
  })

  it.each([
    'for',
    'for=',
    'for =1.2.3.4',
    'for= 1.2.3.4',
    '=1.2.3.4',
    'for="1.2.3.4',
    'for=1.2.3.4"',
    'for="1.2.3.4"5',
    'for="a\\',
    'for=1.2.3.4;for=5.6.7.8',
    'for=1.2.3.4;FOR=5.6.7.8',
    'for=1.2.3.4 5.6.7.8',
    'for=a/b',
    'for="a\nb"',
    '1.2.3.4',
    // What a proxy appends behind quotes that its client left open.
    'for="6.6.6.6, for=192.0.2.1',
    'for="6.6.6.6, for="[2001:db8::1]"',
  ])('takes %s for malformed', (header) => {
    expect(parseForwarded(header)).toBeNull()
  })

  it('reads back whatever was written, quoted or not', () => {
    const token = fc.string({ unit: fc.constantFrom(..."!#$%&'*+.^_`|~09azAZ-"), minLength: 1, maxLength: 8 })
    const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
    const pair = fc.oneof(
      fc.tuple(token, token).map(([name, value]) => ({ name, value, written: `${name}=${value}` })),
      fc.tuple(token, text).map(([name, value]) => ({ name, value, written: `${name}=${quoted(value)}` })),
    )
    const element = fc.uniqueArray(pair, { selector: ({ name }) => name.toLowerCase(), maxLength: 4 })
    fc.assert(
      fc.property(
        fc.array(element, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(',', ', ', ' ,\t'),
        (list, comma) => {
          const header = list.map((pairs) => pairs.map(({ written }) => written).join(';')).join(comma)
          const expected = list.map((pairs) => new Map(pairs.map(({ name, value }) => [name.toLowerCase(), value])))
          expect(parseForwarded(header)).toEqual(expected)
        },
      ),
    )
  })

  it('never throws, and lets nothing that a client writes hide the element of its proxy', () => {
    const anything = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'for="\\,; [:]1') }))
    const ofProxy = fc.constantFrom(['for=192.0.2.1', '192.0.2.1'], ['for="[2001:db8::1]:80"', '[2001:db8::1]:80'])
    fc.assert(
      fc.property(anything, ofProxy, (written, [appended, address]) => {
        const last = parseForwarded(`${written}, ${appended}`)?.at(-1)
        if (last !== undefined) expect(last.get('for')).toBe(address)
      }),
      { numRuns: 2_000 },
    )
  })

  it('reads a long header in one go', () => {
    const hostile = [`for="${'\\"'.repeat(8_000)}`, `${' '.repeat(16_000)}x`, ';'.repeat(16_000), 'a'.repeat(16_000)]
    expect(hostile.map((header) => parseForwarded(header)?.length ?? null)).toEqual([null, null, 1, null])
  })
})
