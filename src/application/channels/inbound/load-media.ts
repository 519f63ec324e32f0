import { messageOf } from '../../../domain/failure.js'
import { toBase64 } from '../../../domain/media/base64.js'
import type { Attachment } from '../../../domain/run/run.js'
import { ChannelFailure, type InboundMedia } from '../../ports/channel.js'
import type { Clock } from '../../ports/clock.js'

/** How long all media of one message may take. */
const LOAD_MS = 60_000
/** Pictures that models read. */
const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/** What came with a message besides its words. */
export interface LoadedMedia {
  /** Pictures, for the model. */
  readonly attachments: readonly Attachment[]
  /** Everything else, a line each. */
  readonly files: readonly string[]
}

/** Fetches what came with a message. Never rejects: what does not come is told to the model in a line. */
export async function loadMedia(
  media: readonly InboundMedia[],
  maxBytes: number,
  clock: Pick<Clock, 'after'>,
): Promise<LoadedMedia> {
  const attachments: Attachment[] = []
  const files: string[] = []
  const stop = new AbortController()
  const limit = clock.after(LOAD_MS, () => stop.abort())
  try {
    for (const one of media) {
      const name = one.fileName ?? one.kind
      const mimeType = one.mimeType ?? (one.kind === 'image' ? 'image/jpeg' : undefined)
      if (mimeType === undefined || !PICTURES.has(mimeType)) {
        files.push(`[${one.kind}: ${name}]`)
        continue
      }
      try {
        const bytes = await loadTwice(one, maxBytes, stop.signal)
        attachments.push({ mimeType, fileName: name, data: toBase64(bytes) })
      } catch (thrown) {
        files.push(`[${one.kind}: ${name}, not available: ${messageOf(thrown)}]`)
      }
    }
  } finally {
    limit.cancel()
  }
  return { attachments, files }
}

/** A file that cannot be had must not hold up the chat: one more try, where that may help. */
async function loadTwice(media: InboundMedia, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return await media.load(maxBytes, signal)
  } catch (thrown) {
    if (!(thrown instanceof ChannelFailure) || !thrown.retryable || signal.aborted) throw thrown
    return media.load(maxBytes, signal)
  }
}
