import { messageOf } from '../../../domain/failure.js'
import { base64Bytes, cleanBase64, fromBase64 } from '../../../domain/media/base64.js'
import { invalidRequest, unavailable } from '../../../domain/protocol/refusal.js'
import type { OutboundMedia } from '../../ports/channel.js'
import { RemoteFileFailure, type RemoteFiles } from '../../ports/remote-files.js'

const FETCH_MS = 30_000
const KINDS = ['image', 'audio', 'video'] as const
const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+)?(?:;name=([^;,]*))?(?:;[\w=-]+)*;base64,(.*)$/s

/** A file that is named by URL: `data:` with its bytes, or http(s). Throws Refusal. */
export async function readMedia(url: string, maxBytes: number, files: RemoteFiles): Promise<OutboundMedia> {
  if (!url.startsWith('data:')) return fetched(url, maxBytes, files)
  const [, mimeType = 'application/octet-stream', name, data = ''] = DATA_URL.exec(url) ?? []
  const clean = cleanBase64(data)
  if (clean === null || clean === '') throw invalidRequest('mediaUrl: a data: URL has to contain base64')
  if (base64Bytes(clean) > maxBytes) throw invalidRequest(`mediaUrl: more than ${maxBytes} bytes (mediaMaxMb)`)
  return mediaOf(fromBase64(clean), mimeType, name === undefined ? null : decodeURIComponent(name))
}

async function fetched(url: string, maxBytes: number, files: RemoteFiles): Promise<OutboundMedia> {
  try {
    const { bytes, mimeType, fileName } = await files.fetch({
      url,
      maxBytes,
      maxRedirects: 3,
      timeoutMs: FETCH_MS,
      hosts: [],
    })
    return mediaOf(bytes, mimeType ?? 'application/octet-stream', fileName)
  } catch (thrown) {
    if (!(thrown instanceof RemoteFileFailure)) throw thrown
    const said = `mediaUrl: ${messageOf(thrown)}`
    throw thrown.retryable ? unavailable(said, { retryable: true, cause: thrown }) : invalidRequest(said)
  }
}

function mediaOf(bytes: Uint8Array, mimeType: string, fileName: string | null): OutboundMedia {
  const kind = KINDS.find((one) => mimeType.startsWith(`${one}/`)) ?? 'file'
  return {
    kind,
    mimeType,
    fileName: fileName ?? `${kind}.${mimeType.split('/')[1]?.replace(/\W.*/, '') || 'bin'}`,
    bytes,
  }
}
