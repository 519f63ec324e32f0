import { describe, expect, it } from 'vitest'
import { parseNodeLine } from '../../src/domain/presence-row.js'

describe('parseNodeLine', () => {
  it('reads every fact of a beacon', () => {
    const line = 'Node: box (10.0.0.2) · app 1.2.3 · last input 5s ago · mode ui · reason connect'
    expect(parseNodeLine(line)).toEqual({
      host: 'box',
      ip: '10.0.0.2',
      version: '1.2.3',
      lastInputSeconds: 5,
      mode: 'ui',
      reason: 'connect',
    })
  })

  it('reads what is there and nothing from other text', () => {
    expect(parseNodeLine('Node: box')).toEqual({ host: 'box' })
    expect(parseNodeLine('the node: box (1.2.3.4)')).toEqual({})
  })
})
