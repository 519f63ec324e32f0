import { type WebPost, WebPostFailure, type WebPosts } from '../../application/ports/web-posts.js'

/** Posts with the fetch of the runtime. */
export class FetchWebPosts implements WebPosts {
  async post({ url, body, token }: WebPost, signal: AbortSignal): Promise<void> {
    const place = new URL(url).origin
    const status = await this.#send({ url, body, ...(token === undefined ? {} : { token }) }, place, signal)
    if (status < 200 || status > 299) {
      throw new WebPostFailure('web-post-refused', `${place} answered with status ${status}`)
    }
  }

  async #send({ url, body, token }: WebPost, place: string, signal: AbortSignal): Promise<number> {
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    try {
      const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal })
      await response.body?.cancel()
      return response.status
    } catch (thrown) {
      const why = signal.aborted ? 'it took too long' : reasonOf(thrown)
      throw new WebPostFailure('web-post-unreachable', `${place} could not be reached: ${why}`, thrown)
    }
  }
}

/** The system's word for it, which stands in the cause of what fetch throws. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  const code = (cause as { readonly code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : 'no connection'
}
