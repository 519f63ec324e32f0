import type { OutboundMedia } from '../../application/ports/channel.js'

/** Ways of the Bot API to show something: https://core.telegram.org/bots/api#sending-files */
export type MediaWay = 'photo' | 'animation' | 'voice' | 'audio' | 'video' | 'document'

/** Most bytes that a bot may send. */
export const MOST_MEDIA_BYTES = 50 * 1024 * 1024
/** Larger pictures are sent as files. */
const MOST_PHOTO_BYTES = 10 * 1024 * 1024

const WAYS: Readonly<Record<string, MediaWay>> = {
  'image/jpeg': 'photo',
  'image/png': 'photo',
  'image/webp': 'photo',
  'image/gif': 'animation',
  'audio/ogg': 'voice',
  'audio/opus': 'voice',
  'audio/mpeg': 'audio',
  'audio/mp4': 'audio',
  'audio/x-m4a': 'audio',
  'video/mp4': 'video',
}

/** The best way for it; whatever Telegram cannot play is a document. */
export function mediaWay({ kind, mimeType, bytes }: OutboundMedia): MediaWay {
  const way = WAYS[mimeType.split(';')[0]?.trim().toLowerCase() ?? ''] ?? 'document'
  if (kind === 'file') return 'document'
  return way === 'photo' && bytes.length > MOST_PHOTO_BYTES ? 'document' : way
}
