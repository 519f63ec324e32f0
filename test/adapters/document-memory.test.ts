import { describe, expect, it } from 'vitest'
import { MemoryDocument } from '../../src/adapters/document-memory/memory-document.js'
import { documentContract } from '../contracts/document.contract.js'

documentContract({ describe, it }, { name: 'document-memory', create: async () => new MemoryDocument() })

describe('MemoryDocument', () => {
  it('may begin with a text', async () => {
    expect(await new MemoryDocument('text').read()).toBe('text')
  })
})
