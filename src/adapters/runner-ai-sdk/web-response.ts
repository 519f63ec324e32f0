import type { Readable } from 'node:stream'
import type { UpstreamResponse } from './upstream-request.js'

/**
 * The response as the SDK expects it: `head` first, then what is still to come of the body, piece by piece through
 * `rewrite`. The body is read at the SDK's pace.
 */
export function webResponse(upstream: UpstreamResponse, head: string, rewrite: (piece: string) => string): Response {
  const { status, headers } = upstream
  const hasNoBody = status === 204 || status === 205 || status === 304
  if (hasNoBody) upstream.body.resume()
  const statusText = /^[\x20-\x7e]*$/.test(upstream.statusText) ? upstream.statusText : ''
  return new Response(hasNoBody ? null : bodyStream(upstream.body, head, rewrite), { status, statusText, headers })
}

function bodyStream(source: Readable, head: string, rewrite: (piece: string) => string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (head !== '') controller.enqueue(encoder.encode(head))
      if (source.readableEnded) return controller.close()
      if (source.destroyed) return controller.error(source.errored ?? new Error('the response was cut off'))
      source.on('data', (piece: string) => {
        try {
          const text = rewrite(piece)
          if (text !== '') controller.enqueue(encoder.encode(text))
          if ((controller.desiredSize ?? 0) <= 0) source.pause()
        } catch (error) {
          controller.error(error)
          source.destroy()
        }
      })
      source.on('end', () => controller.close())
      source.on('error', (error) => controller.error(error))
      source.resume()
    },
    pull() {
      source.resume()
    },
    cancel() {
      source.destroy()
    },
  })
}
