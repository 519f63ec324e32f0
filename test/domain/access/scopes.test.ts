import { describe, expect, it } from 'vitest'
import { isControlUi, isWebchat } from '../../../src/domain/access/client-kind.js'
import { covers, refusalFor } from '../../../src/domain/access/scopes.js'

describe('scopes', () => {
  it.each([
    ['operator.admin', 'operator.talk.secrets', true],
    ['operator.admin', 'operator.approvals', true],
    ['operator.write', 'operator.read', true],
    ['operator.read', 'operator.write', false],
    ['operator.write', 'operator.admin', false],
    ['operator.pairing', 'operator.read', false],
  ] as const)('%s covers %s: %s', (has, wanted, isCovered) => {
    expect(covers(new Set([has]), wanted)).toBe(isCovered)
  })

  it('are judged after the role', () => {
    const admin = new Set(['operator.admin'])
    expect(refusalFor('node', new Set(), 'none')).toBeNull()
    expect(refusalFor('node', admin, 'operator.read')).toBe('unauthorized role: node')
    expect(refusalFor('node', new Set(), 'node')).toBeNull()
    expect(refusalFor('operator', admin, 'node')).toBe('unauthorized role: operator')
    expect(refusalFor('operator', new Set(), 'operator.read')).toBe('missing scope: operator.read')
  })
})

describe('kinds of clients', () => {
  it('are told by id and mode', () => {
    expect(['openclaw-control-ui', 'mayros-control-ui', 'cli'].map(isControlUi)).toEqual([true, true, false])
    expect(isWebchat('anything', 'webchat')).toBe(true)
    expect(isWebchat('webchat-ui', 'ui')).toBe(true)
    expect(isWebchat('cli', 'cli')).toBe(false)
  })
})
