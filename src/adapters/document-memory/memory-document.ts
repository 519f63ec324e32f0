import type { Document } from '../../application/ports/document.js'

/** A text in memory, for gateways that live inside a program. */
export class MemoryDocument implements Document {
  readonly location = 'memory'
  #text: string | null

  constructor(text: string | null = null) {
    this.#text = text
  }

  async read(): Promise<string | null> {
    return this.#text
  }

  async write(text: string): Promise<void> {
    this.#text = text
  }
}
