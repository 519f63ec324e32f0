import fc from 'fast-check'
import JSON5 from 'json5'
import { describe, expect, it } from 'vitest'
import { applyEdit } from '../../src/adapters/config-json5/apply-edit.js'
import { nodeAt } from '../../src/adapters/config-json5/locate.js'
import { plainValueOf, readSyntaxTree } from '../../src/adapters/config-json5/syntax-tree.js'

type Path = (string | number)[]

const key = fc.constantFrom('a', 'b', 'gateway', 'x-y', '$v', 'ü', 'two words', 'null', '3', '')
const scalar = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    'false',
    '1',
    '-2.5',
    '+.5',
    '0x1F',
    'Infinity',
    '-Infinity',
    '5.',
    "'it\\'s'",
    '"q\\"{"',
    "'//no'",
    '"\\u0041"',
    '"a\\\nb"',
  ),
  fc.string({ maxLength: 6 }).map((text) => JSON.stringify(text)),
)
const comment = fc.constantFrom('// line, {"a": [1]}\n', '/* block, } */', '/* two\n lines */', '//\n')
const gap = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('', ' ', '\n', '\n  ', '\t', '\r\n  ', '\u00a0') },
  { weight: 2, arbitrary: comment },
  { weight: 1, arbitrary: fc.tuple(comment, comment).map(([one, other]) => ` ${one} ${other}`) },
)
const isWord = (text: string) => /^[\p{L}$_][\p{L}\p{N}$_]*$/u.test(text)
const writtenKey = fc.tuple(key, fc.nat(2)).map(([text, style]) => {
  if (style === 0 && isWord(text)) return text
  return style === 1 && !text.includes("'") ? `'${text}'` : JSON.stringify(text)
})

/** Items with gaps around them, separated by commas, perhaps with one behind the last. */
function joined(item: fc.Arbitrary<string>, open: string, close: string): fc.Arbitrary<string> {
  const spaced = fc.tuple(gap, item, gap).map((parts) => parts.join(''))
  return fc
    .tuple(fc.array(spaced, { maxLength: 4 }), fc.boolean(), gap)
    .map(
      ([items, trailing, end]) => `${open}${items.join(',')}${trailing && items.length > 0 ? ',' : ''}${end}${close}`,
    )
}

const { value } = fc.letrec<{ value: string; object: string; list: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, scalar, tie('object'), tie('list')),
  object: joined(
    fc.tuple(writtenKey, gap, gap, tie('value')).map(([name, one, other, member]) => `${name}${one}:${other}${member}`),
    '{',
    '}',
  ),
  list: joined(tie('value'), '[', ']'),
}))
const objectText = joined(
  fc.tuple(writtenKey, gap, gap, value).map(([name, one, other, member]) => `${name}${one}:${other}${member}`),
  '{',
  '}',
)
const document = fc.tuple(gap, objectText, gap).map((parts) => parts.join(''))
const newValue = fc.oneof(
  fc.constantFrom<unknown>(7, 'new', true, null, {}, []),
  fc.constant<unknown>({ deep: [1, { er: 'x' }], 'odd key': '\u2028' }),
)

/** Every path to a value, and paths to one new member or element of every container. */
function pathsIn(node: unknown, at: Path = []): { existing: Path[]; fresh: Path[] } {
  if (typeof node !== 'object' || node === null) return { existing: [], fresh: [] }
  const fresh = [Array.isArray(node) ? [...at, node.length] : [...at, 'fresh', 'deep']]
  const found = { existing: [] as Path[], fresh }
  for (const [name, member] of Array.isArray(node) ? [...node.entries()] : Object.entries(node)) {
    const path = [...at, name]
    const inside = pathsIn(member, path)
    found.existing.push(path, ...inside.existing)
    found.fresh.push(...inside.fresh)
  }
  return found
}

function withValue(node: unknown, path: Path, change: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return change
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(node) ? [...node] : { ...(node as object) }
  const members = copy as Record<string | number, unknown>
  if (rest.length > 0) members[first] = withValue(members[first] ?? {}, rest, change)
  else if (change !== undefined) members[first] = change
  else if (Array.isArray(copy)) copy.splice(Number(first), 1)
  else delete members[first]
  return copy
}

const texts = (text: string, kinds: RegExp) =>
  readSyntaxTree(text)
    .tokens.filter((token) => kinds.test(token.kind))
    .map((token) => text.slice(token.start, token.end))

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0
  for (const item of whole) if (item === part[at]) at += 1
  return at === part.length
}

describe('surgical edits, for any document', () => {
  it('the syntax tree says what JSON5 says', () => {
    fc.assert(
      fc.property(document, (text) => {
        const { root } = readSyntaxTree(text)
        expect(root && plainValueOf(root)).toEqual(JSON5.parse(text))
      }),
      { numRuns: 500 },
    )
  })

  it('setting a new value changes the result as asked and keeps every token that was there', () => {
    fc.assert(
      fc.property(document, fc.nat(), newValue, (text, pick, change) => {
        const before: unknown = JSON5.parse(text)
        const { fresh } = pathsIn(before)
        const path = fresh[pick % fresh.length]!
        const after = applyEdit(text, { path, value: change, prefix: [] })
        expect(JSON5.parse(after)).toEqual(withValue(before, path, change))
        expect(isSubsequence(texts(text, /./), texts(after, /./))).toBe(true)
        expect(texts(after, /comment/)).toEqual(texts(text, /comment/))
      }),
      { numRuns: 1000 },
    )
  })

  it('replacing a value leaves everything before and after it byte for byte', () => {
    fc.assert(
      fc.property(document, fc.nat(), newValue, (text, pick, change) => {
        const before: unknown = JSON5.parse(text)
        const { existing } = pathsIn(before)
        const path = existing[pick % Math.max(1, existing.length)]
        if (path === undefined) return
        const after = applyEdit(text, { path, value: change, prefix: [] })
        expect(JSON5.parse(after)).toEqual(withValue(before, path, change))
        const node = nodeAt(readSyntaxTree(text).root, path)!
        expect(after.startsWith(text.slice(0, node.start))).toBe(true)
        expect(after.endsWith(text.slice(node.end))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('removing a value takes only that value and one comma; comments outside it stay', () => {
    fc.assert(
      fc.property(document, fc.nat(), (text, pick) => {
        const before: unknown = JSON5.parse(text)
        const { existing } = pathsIn(before)
        const path = existing[pick % Math.max(1, existing.length)]
        if (path === undefined) return
        const after = applyEdit(text, { path, value: undefined, prefix: [] })
        expect(JSON5.parse(after)).toEqual(withValue(before, path, undefined))
        expect(isSubsequence(texts(after, /./), texts(text, /./))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
