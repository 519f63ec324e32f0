import { MemoryDocument } from '../../src/adapters/document-memory/memory-document.js'

/** A document whose writes wait until a test lets them through. */
export class SlowDocument extends MemoryDocument {
  #held: (() => void)[] | null = []

  override async write(text: string): Promise<void> {
    await new Promise<void>((resolve) => (this.#held === null ? resolve() : this.#held.push(resolve)))
    await super.write(text)
  }

  /** From now on nothing waits. */
  release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const resolve of held) resolve()
  }
}
