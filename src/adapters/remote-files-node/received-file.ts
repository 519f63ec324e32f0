import type { IncomingMessage } from 'node:http'
import { type RemoteFile, RemoteFileFailure } from '../../application/ports/remote-files.js'

/** Reads an answer as far as it may be long. What is not a whole file as it is, is a failure. */
export async function receivedFile(response: IncomingMessage, url: URL, maxBytes: number): Promise<RemoteFile> {
  try {
    requireFile(response, url, maxBytes)
    const bytes = await readUpTo(response, url, maxBytes)
    return { bytes, mimeType: mimeTypeOf(response), fileName: fileNameOf(url) }
  } finally {
    response.destroy()
  }
}

function requireFile({ statusCode, headers }: IncomingMessage, url: URL, maxBytes: number): void {
  if (statusCode !== 200) {
    throw new RemoteFileFailure('remote-status', `${url.hostname} answered with the status ${statusCode}.`)
  }
  // Not asked for; unpacking what a stranger packed is a way to run out of memory.
  if (!/^(?:identity)?$/i.test(headers['content-encoding']?.trim() ?? '')) {
    throw new RemoteFileFailure('remote-status', `${url.hostname} answered with content that is compressed.`)
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(url, maxBytes)
}

async function readUpTo(response: IncomingMessage, url: URL, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength
    if (length > maxBytes) throw tooLarge(url, maxBytes)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function tooLarge(url: URL, maxBytes: number): RemoteFileFailure {
  return new RemoteFileFailure('remote-size', `The file at ${url.hostname} is larger than ${maxBytes} bytes.`)
}

function mimeTypeOf({ headers }: IncomingMessage): string | null {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
  return type === '' ? null : type
}

function fileNameOf({ pathname }: URL): string | null {
  const part = pathname.split('/').at(-1) ?? ''
  try {
    return part === '' ? null : decodeURIComponent(part)
  } catch (thrown) {
    if (thrown instanceof URIError) return part
    throw thrown
  }
}
