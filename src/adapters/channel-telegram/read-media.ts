import type { Message } from 'grammy/types'
import type { InboundMedia } from '../../application/ports/channel.js'

/** Fetches the bytes behind a file id. */
export type FetchFile = (fileId: string, maxBytes: number, signal: AbortSignal) => Promise<Uint8Array>

/** What the kinds of media of the Bot API have in common. */
interface TelegramFile {
  readonly file_id: string
  readonly file_size?: number
  readonly mime_type?: string
  readonly file_name?: string
}

/** What is attached to a message; never more than one thing, for albums are several messages. */
export function readMedia(message: Message, fetchFile: FetchFile): readonly InboundMedia[] {
  const found = attached(message)
  if (found === null) return []
  const [file, kind, mimeType = file.mime_type] = found
  return [
    {
      kind: kind ?? kindOf(mimeType),
      ...(mimeType === undefined ? {} : { mimeType }),
      ...(file.file_name === undefined ? {} : { fileName: file.file_name }),
      ...(file.file_size === undefined ? {} : { sizeBytes: file.file_size }),
      load: (maxBytes, signal) => fetchFile(file.file_id, maxBytes, signal),
    },
  ]
}

type Attached = readonly [file: TelegramFile, kind: InboundMedia['kind'] | null, mimeType?: string]

function attached(message: Message): Attached | null {
  const photo = message.photo?.at(-1)
  if (photo !== undefined) return [photo, 'image', 'image/jpeg']
  if (message.voice !== undefined) return [message.voice, 'audio', message.voice.mime_type ?? 'audio/ogg']
  if (message.audio !== undefined) return [message.audio, 'audio']
  if (message.video !== undefined) return [message.video, 'video']
  if (message.video_note !== undefined) return [message.video_note, 'video', 'video/mp4']
  if (message.animation !== undefined) return [message.animation, null]
  if (message.document !== undefined) return [message.document, null]
  const sticker = message.sticker
  if (sticker === undefined || sticker.is_animated || sticker.is_video) return null
  return [sticker, 'image', 'image/webp']
}

function kindOf(mimeType: string | undefined): InboundMedia['kind'] {
  const family = mimeType?.split('/')[0]
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'file'
}
