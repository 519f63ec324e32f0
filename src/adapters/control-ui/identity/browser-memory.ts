const STORE = 'memory'

/**
 * What this browser remembers about one gateway: its key and the token of its device.
 * A browser that forbids to remember (private windows of some) keeps it as long as the page lives.
 */
export class BrowserMemory {
  readonly #name: string
  readonly #untilReload = new Map<string, unknown>()

  /** @param place tells gateways of one origin apart: the base path */
  constructor(place: string) {
    this.#name = `mayros:${place}`
  }

  /** Null = nothing is remembered under this name. */
  async recall<T>(name: string): Promise<T | null> {
    if (this.#untilReload.has(name)) return this.#untilReload.get(name) as T
    const found = await this.#inStore('readonly', (store) => settled(store.get(name)))
    return (found as T | undefined) ?? null
  }

  async keep(name: string, value: unknown): Promise<void> {
    this.#untilReload.set(name, value)
    await this.#inStore('readwrite', (store) => settled(store.put(value, name)))
  }

  /** Keeps this unless something is kept under the name already. Returns what is kept: two pages at once agree on one. */
  async keepFirst<T>(name: string, value: T): Promise<T> {
    const kept = await this.#inStore('readwrite', async (store) => {
      const found = await settled(store.get(name))
      if (found === undefined) await settled(store.put(value, name))
      return found
    })
    const first = (kept as T | undefined) ?? value
    this.#untilReload.set(name, first)
    return first
  }

  async forget(name: string): Promise<void> {
    this.#untilReload.delete(name)
    await this.#inStore('readwrite', (store) => settled(store.delete(name)))
  }

  /** Undefined where nothing can be kept. */
  async #inStore(mode: IDBTransactionMode, act: (store: IDBObjectStore) => Promise<unknown>): Promise<unknown> {
    const database = await opened(this.#name)
    if (database === null) return undefined
    try {
      const transaction = database.transaction(STORE, mode)
      return await act(transaction.objectStore(STORE))
    } finally {
      database.close()
    }
  }
}

async function opened(name: string): Promise<IDBDatabase | null> {
  try {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    return await settled(request)
  } catch (thrown) {
    if (thrown instanceof DOMException) return null
    throw thrown
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
