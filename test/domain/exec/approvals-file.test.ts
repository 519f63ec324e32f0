import { describe, expect, it } from 'vitest'
import { checkApprovals, readApprovals, writeApprovals } from '../../../src/domain/exec/approvals-file.js'
import { withoutPattern, withPattern, withUse } from '../../../src/domain/exec/change-allowlist.js'

const FILE = {
  version: 1 as const,
  socket: { path: '/run/x', token: 't' },
  defaults: { security: 'allowlist' as const, ask: 'on-miss' as const, askFallback: 'deny' as const },
  agents: { '*': { autoAllowSkills: true, allowlist: [{ id: 'a', pattern: '/bin/ls', lastUsedAt: 5 }] } },
}

describe('the approvals file', () => {
  it('is read as it was written', () => {
    expect(readApprovals(writeApprovals(FILE))).toEqual({ kind: 'read', file: FILE })
    expect(readApprovals('{"version":1}')).toEqual({ kind: 'read', file: { version: 1 } })
  })

  it.each([
    ['', /not JSON/],
    ['[]', /expected an object/],
    ['{}', /version: missing/],
    ['{"version":2}', /version: expected 1/],
    ['{"version":1,"x":1}', /file.x: unknown key/],
    ['{"version":1,"defaults":{"security":"all"}}', /file.defaults.security: expected deny, allowlist, full/],
    ['{"version":1,"agents":[]}', /file.agents: expected an object/],
    ['{"version":1,"agents":{"a":{"allowlist":[{"id":"x"}]}}}', /allowlist\[0\].pattern: missing/],
    ['{"version":1,"agents":{"a":{"allowlist":["/bin/ls"]}}}', /allowlist\[0\]: expected an object/],
    ['{"version":1,"agents":{"a":{"allowlist":[{"pattern":"/bin/ls"}]}}}', /allowlist\[0\].id: missing/],
    ['{"version":1,"agents":{"__proto__":{"ask":"never"}}}', /file.agents.__proto__.ask/],
  ])('%s is not guessed at', (text, problem) => {
    expect(readApprovals(text)).toMatchObject({ kind: 'unreadable', problem: expect.stringMatching(problem) })
  })

  it('gets ids for entries that have none', () => {
    let count = 0
    const sent = {
      version: 1,
      agents: { a: { allowlist: [{ pattern: '/bin/ls' }, { id: 'own', pattern: '/bin/cat' }] } },
    }
    expect(checkApprovals(sent, () => `id${++count}`)).toMatchObject({
      file: { agents: { a: { allowlist: [{ id: 'id1' }, { id: 'own' }] } } },
    })
  })

  it('takes patterns once, and gives them up', () => {
    const more = withPattern(FILE, 'ops', { id: 'b', pattern: '/bin/cat' })
    expect(more.agents).toEqual({ ...FILE.agents, ops: { allowlist: [{ id: 'b', pattern: '/bin/cat' }] } })
    expect(withPattern(more, 'ops', { id: 'c', pattern: '/bin/cat' })).toBe(more)
    expect(withoutPattern(more, 'ops', '/bin/cat').agents?.ops).toEqual({ allowlist: [] })
    expect(withoutPattern(more, 'ops', '/bin/nothing')).toBe(more)
  })

  it('notes when entries were used', () => {
    expect(withUse(FILE, ['a'], { lastUsedAt: 9 }).agents?.['*']?.allowlist).toEqual([
      { id: 'a', pattern: '/bin/ls', lastUsedAt: 9 },
    ])
    expect(withUse(FILE, ['zz'], { lastUsedAt: 9 })).toBe(FILE)
  })
})
