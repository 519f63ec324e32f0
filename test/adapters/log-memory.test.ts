import { describe, expect, it } from 'vitest'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { logContract } from '../contracts/log.contract.js'

logContract(
  { describe, it },
  {
    name: 'memory',
    async create(options) {
      const log = new MemoryLog(options)
      return {
        log,
        reader: log,
        addSecrets: (secrets) => log.addSecrets(secrets),
        flush: () => undefined,
        dispose: async () => undefined,
      }
    },
  },
)

describe('MemoryLog', () => {
  it('remembers what was said by all of the family', () => {
    const log = new MemoryLog()
    log.child('agent', { runId: 'r' }).info('started', { n: 1 })
    expect(log.lines).toEqual([{ level: 'info', subsystem: 'agent', message: 'started', fields: { runId: 'r', n: 1 } }])
  })
})
