import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryConfigSource } from '../../../src/adapters/config-memory/memory-config-source.js'
import {
  beginDraft,
  carriedOver,
  sentEdits,
  withEdit,
} from '../../../src/adapters/control-ui/views/config/config-draft.js'
import { foundSettings } from '../../../src/adapters/control-ui/views/config/found-settings.js'
import { textDifference } from '../../../src/adapters/control-ui/views/config/text-difference.js'
import { editsOf, type SentEdit } from '../../../src/application/config/wanted-config.js'
import { jsonSchema } from '../../../src/domain/config/json-schema.js'

describe('a draft of the configuration', () => {
  it('makes one change of what somebody types into one field', () => {
    const typed = ['N', 'No', 'Nora'].reduce(
      (draft, value) => withEdit(draft, { path: ['ui', 'assistant', 'name'], value }),
      beginDraft({}, 'hash'),
    )
    expect(sentEdits(typed)).toEqual([{ path: ['ui', 'assistant', 'name'], value: 'Nora' }])
    expect(typed.value).toEqual({ ui: { assistant: { name: 'Nora' } } })
  })

  it('two removals at one index are two', () => {
    const base = { agents: { list: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] } }
    const first = withEdit(beginDraft(base, 'hash'), { path: ['agents', 'list', 0] })
    const second = withEdit(first, { path: ['agents', 'list', 0] })
    expect(second.value).toEqual({ agents: { list: [{ id: 'c' }] } })
    expect(sentEdits(second)).toHaveLength(2)
  })

  it('is empty again when everything is as before', () => {
    const changed = withEdit(beginDraft({ cron: { enabled: true } }, 'hash'), {
      path: ['cron', 'enabled'],
      value: false,
    })
    expect(withEdit(changed, { path: ['cron', 'enabled'], value: true }).edits).toEqual([])
  })

  it('makes the same changes to another state', () => {
    const draft = withEdit(beginDraft({}, 'old'), { path: ['cron', 'enabled'], value: false })
    expect(carriedOver(draft, { ui: {} }, 'new')).toMatchObject({
      baseHash: 'new',
      value: { ui: {}, cron: { enabled: false } },
    })
  })

  it('says to the gateway what the form shows', async () => {
    const edit = fc.oneof(
      fc.record({ path: fc.constant(['cron', 'enabled']), value: fc.boolean() }),
      fc.record({ path: fc.constant(['ui', 'assistant', 'name']), value: fc.constantFrom('a', 'b', undefined) }),
      fc.record({ path: fc.constant(['agents', 'list', 0]), value: fc.constant(undefined) }),
      fc.record({ path: fc.constant(['agents', 'list', 0, 'name']), value: fc.constantFrom('x', 'y') }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
        const base = {
          agents: { list: [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }, { id: 'e' }, { id: 'f' }] },
        }
        const removals = edits.filter(({ path }) => path.length === 3 && path[2] === 0).length
        fc.pre(removals < base.agents.list.length)
        const draft = edits.reduce(withEdit, beginDraft(base, 'hash'))
        fc.pre(draft.edits.length > 0)
        const source = new MemoryConfigSource(base)
        const wanted = editsOf(sentEdits(draft) as SentEdit[])
        if (wanted.kind !== 'edits') throw new Error('these are edits')
        const { resolved } = await source.edit(wanted.edits)
        expect(withoutEmpty(resolved)).toEqual(withoutEmpty(draft.value))
      }),
      { numRuns: 50 },
    )
  })
})

/** Objects that lost their last member may stay or go: they mean the same. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([key, member]) => [key, withoutEmpty(member)] as const)
  return Object.fromEntries(members.filter(([, member]) => JSON.stringify(member) !== '{}'))
}

describe('finding settings', () => {
  const paths = (wanted: string) => foundSettings(jsonSchema(), wanted).map(({ path }) => path.join('.'))

  it('looks into names and meanings, for all words', () => {
    expect(paths('queue cap')).toContain('messages.queue.cap')
    expect(paths('gateway.port')).toContain('gateway.port')
    expect(paths('lockout milliseconds')).toContain('gateway.auth.rateLimit.lockoutMs')
    expect(paths('no setting says this')).toEqual([])
    expect(paths('  ')).toEqual([])
  })

  it('leaves out what means nothing', () => {
    expect(paths('reserved accepted ignored')).toEqual([])
  })
})

describe('the difference of two texts', () => {
  it('shows changed lines with a few around them', () => {
    const before = Array.from({ length: 20 }, (_, line) => `line ${line}`)
    const after = before.with(10, 'another line')
    const shown = textDifference(`${before.join('\n')}\n`, `${after.join('\n')}\n`)
    expect(shown.filter(({ kind }) => kind === 'removed').map(({ text }) => text)).toEqual(['line 10'])
    expect(shown.filter(({ kind }) => kind === 'added').map(({ text }) => text)).toEqual(['another line'])
    expect(shown.map(({ text }) => text)).toContain('line 7')
    expect(shown.map(({ text }) => text)).not.toContain('line 5')
    expect(shown[0]?.kind).toBe('skipped')
  })
})
