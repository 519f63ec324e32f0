const NAME = 'mayros-reloaded-at'
const ONCE_IN_MS = 30_000

/**
 * Fetches a file of the page that is loaded when it is needed. After an upgrade of the gateway the file this page knows
 * may be gone; then the page is loaded anew, once. Rejects when that did not help.
 */
export async function loadFile<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (thrown) {
    const reloadedAt = Number(sessionStorage.getItem(NAME) ?? 0)
    if (Date.now() - reloadedAt < ONCE_IN_MS) throw thrown
    sessionStorage.setItem(NAME, String(Date.now()))
    window.location.reload()
    return new Promise(() => undefined)
  }
}
