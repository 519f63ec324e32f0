import type { ViewEntry } from '../views/registry.js'

const NAME = 'mayros-reloaded-at'
const ONCE_IN_MS = 30_000

/**
 * Fetches the file of a view. After an upgrade of the gateway the file this page knows may be gone; then the page is
 * loaded anew, once. Rejects when that did not help.
 */
export async function loadView(entry: ViewEntry): Promise<void> {
  try {
    await entry.load()
  } catch (thrown) {
    const reloadedAt = Number(sessionStorage.getItem(NAME) ?? 0)
    if (Date.now() - reloadedAt < ONCE_IN_MS) throw thrown
    sessionStorage.setItem(NAME, String(Date.now()))
    window.location.reload()
    await new Promise(() => undefined)
  }
}
