import {
  type RemoteFile,
  RemoteFileFailure,
  type RemoteFileFailureCode,
  type RemoteFileRequest,
  type RemoteFiles,
} from '../../application/ports/remote-files.js'
import { fileUrl } from '../../domain/media/file-url.js'

/** What is at a URL: a file, somewhere else to look, or a reason why there is none. */
export type MemoryRemoteFile =
  | { readonly bytes: Uint8Array; readonly mimeType?: string }
  | { readonly redirect: string }
  | { readonly failure: RemoteFileFailureCode }

/** An internet of a test: files by URL. Nothing takes time here. */
export class MemoryRemoteFiles implements RemoteFiles {
  readonly files: Map<string, MemoryRemoteFile>
  /** What was asked for, in order. */
  readonly asked: RemoteFileRequest[] = []

  constructor(files: Readonly<Record<string, MemoryRemoteFile>> = {}) {
    this.files = new Map(Object.entries(files))
  }

  async fetch(request: RemoteFileRequest): Promise<RemoteFile> {
    this.asked.push(request)
    let url = allowed(request.url, request.hosts)
    for (let followed = 0; ; followed += 1) {
      const found = this.files.get(url.href) ?? { failure: 'remote-unreachable' as const }
      if ('failure' in found) throw new RemoteFileFailure(found.failure, `${url.hostname}: ${found.failure}`)
      if ('bytes' in found) return fileOf(found, url, request.maxBytes)
      if (followed >= request.maxRedirects) {
        throw new RemoteFileFailure('remote-redirects', `${url.hostname} redirects more than ${followed} times.`)
      }
      url = allowed(found.redirect, request.hosts, url)
    }
  }
}

function fileOf({ bytes, mimeType }: Extract<MemoryRemoteFile, { bytes: unknown }>, url: URL, maxBytes: number) {
  if (bytes.byteLength > maxBytes) {
    throw new RemoteFileFailure('remote-size', `The file at ${url.hostname} is larger than ${maxBytes} bytes.`)
  }
  const fileName = url.pathname.split('/').at(-1) ?? ''
  return { bytes: bytes.slice(), mimeType: mimeType ?? null, fileName: fileName === '' ? null : fileName }
}

function allowed(text: string, hosts: readonly string[], from?: URL): URL {
  const judged = fileUrl(text, hosts, from)
  if ('refusal' in judged) throw new RemoteFileFailure(judged.refusal, judged.message)
  return judged.url
}
