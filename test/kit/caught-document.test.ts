import { describe, expect, it } from 'vitest'
import { MemoryDocument } from '../../src/adapters/document-memory/memory-document.js'
import type { Document } from '../../src/application/ports/document.js'
import { type DocumentHarness, documentContract } from '../contracts/document.contract.js'

describe('the document contract finds out a document that', () => {
  class Overwriting extends MemoryDocument {
    override async write(text: string): Promise<void> {
      const before = (await this.read()) ?? ''
      await super.write(text + before.slice(text.length))
    }
  }
  class Emptyish extends MemoryDocument {
    override async read(): Promise<string | null> {
      return (await super.read()) || null
    }
  }
  class Trimming extends MemoryDocument {
    override async read(): Promise<string | null> {
      return (await super.read())?.replace(/^\uFEFF/, '') ?? null
    }
  }
  class Hasty extends MemoryDocument {
    override async write(text: string): Promise<void> {
      setTimeout(() => void super.write(text), 1)
    }
  }
  class Unordered extends MemoryDocument {
    #turn = 0
    override async write(text: string): Promise<void> {
      this.#turn += 1
      await new Promise((resolve) => setTimeout(resolve, this.#turn % 2 === 0 ? 1 : 15))
      await super.write(text)
    }
  }
  class Halved extends MemoryDocument {
    override async write(text: string): Promise<void> {
      await super.write(text.slice(0, text.length / 2))
      await new Promise((resolve) => setTimeout(resolve, 1))
      await super.write(text)
    }
  }

  it.concurrent.each([
    ['takes an empty text for nothing', 'D3', Emptyish],
    ['drops a mark in front', 'D2', Trimming],
    ['overwrites without cutting', 'D4', Overwriting],
    ['lets writes overtake each other', 'D5', Unordered],
    ['resolves before the text is there', 'D6', Hasty],
    ['shows half a text', 'D7', Halved],
  ] as const)('%s (%s)', async (_, id, Kind) => {
    await expect(proving(id, { create: async () => new Kind() })).rejects.toThrow(`breaks guarantee ${id}:`)
  })

  it('forgets over a restart (D9)', async () => {
    const harness = { create: async () => new MemoryDocument(), reopen: async () => new MemoryDocument() }
    await expect(proving('D9', harness)).rejects.toThrow('breaks guarantee D9:')
  })

  it.each(['D10', 'D11', 'D12'])('never fails although it is in trouble (%s)', async (id) => {
    const nothing = async (_: Document) => undefined
    const harness = { create: async () => new MemoryDocument(), trouble: { begin: nothing, end: nothing } }
    await expect(proving(id, harness)).rejects.toThrow(`breaks guarantee ${id}:`)
  })
})

function proving(id: string, harness: Omit<DocumentHarness, 'name'>): Promise<void> {
  return documentContract.prove(id, { name: 'liar', ...harness })
}
