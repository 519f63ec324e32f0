import type { StaticFile } from '../../application/ports/static-files.js'

/** Stands in the page, as it was built, where the path belongs under which it is served. */
const PLACE = '/__mayros_base_path__'

/** A page of ours is far smaller; what is bigger is sent as it is. */
const LONGEST_PAGE_BYTES = 64 * 1024

/**
 * The page with the path filled in under which it is served, so that one build works everywhere and its links hold at
 * every depth.
 * @param basePath empty, or `/x/y`
 */
export async function placedPage(file: StaticFile, basePath: string): Promise<StaticFile> {
  if (file.size > LONGEST_PAGE_BYTES) return file
  const bytes = new Uint8Array(await new Response(file.body).arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  if (!text.includes(PLACE)) return { ...file, body: bodyOf(bytes) }
  const placed = new TextEncoder().encode(text.replaceAll(PLACE, basePath))
  return { ...file, body: bodyOf(placed), size: placed.length, etag: `${file.etag.slice(0, -1)}-${basePath}"` }
}

function bodyOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
}
