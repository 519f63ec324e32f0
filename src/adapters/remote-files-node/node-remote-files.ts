import { lookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import {
  type RemoteFile,
  RemoteFileFailure,
  type RemoteFileRequest,
  type RemoteFiles,
} from '../../application/ports/remote-files.js'
import { fileUrl } from '../../domain/media/file-url.js'
import { addressRefusal, guardedLookup, type Resolve } from './guarded-lookup.js'
import { isPublicAddress } from './public-address.js'
import { receivedFile } from './received-file.js'

export interface NodeRemoteFilesOptions {
  /** Which addresses may be connected to; default: public ones. */
  readonly mayReach?: (address: string) => boolean
  /** How names become addresses; default: as everywhere on this machine. */
  readonly resolve?: Resolve
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Fetches over sockets of its own, one for each request; no proxy of the environment is used. */
export class NodeRemoteFiles implements RemoteFiles {
  readonly #mayReach: (address: string) => boolean
  readonly #resolve: Resolve

  constructor(options: NodeRemoteFilesOptions = {}) {
    this.#mayReach = options.mayReach ?? isPublicAddress
    this.#resolve = options.resolve ?? ((host) => lookup(host, { all: true }))
  }

  async fetch(request: RemoteFileRequest): Promise<RemoteFile> {
    const deadline = AbortSignal.timeout(request.timeoutMs)
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal])
    let url = allowedUrl(request.url, request.hosts)
    try {
      for (let followed = 0; ; followed += 1) {
        const response = await this.#ask(url, signal, request.userAgent)
        const next = redirectOf(response)
        if (next === null) return await receivedFile(response, url, request.maxBytes)
        response.destroy()
        if (followed >= request.maxRedirects) {
          throw new RemoteFileFailure('remote-redirects', `${url.hostname} redirects more than ${followed} times.`)
        }
        url = allowedUrl(next, request.hosts, url)
      }
    } catch (thrown) {
      throw failureOf(thrown, url, deadline.aborted ? request.timeoutMs : null)
    }
  }

  #ask(url: URL, signal: AbortSignal, userAgent = 'mayros'): Promise<IncomingMessage> {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    // For a literal nothing is looked up.
    if (isIP(host) !== 0 && !this.#mayReach(host)) return Promise.reject(addressRefusal(url.hostname))
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest
      const request = send(url, {
        agent: false,
        lookup: guardedLookup(this.#resolve, this.#mayReach),
        signal,
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': userAgent },
      })
      request.once('socket', (socket) => {
        socket.once('connect', () => {
          // Nothing has been sent yet. The last word, should a lookup ever be bypassed.
          if (!this.#mayReach(socket.remoteAddress ?? '')) request.destroy(addressRefusal(url.hostname))
        })
      })
      request.once('response', resolve)
      request.once('error', reject)
      request.end()
    })
  }
}

function allowedUrl(text: string, hosts: readonly string[], from?: URL): URL {
  const judged = fileUrl(text, hosts, from)
  if ('refusal' in judged) throw new RemoteFileFailure(judged.refusal, judged.message)
  return judged.url
}

function redirectOf({ statusCode = 0, headers: { location } }: IncomingMessage): string | null {
  return REDIRECTS.has(statusCode) && location !== undefined ? location : null
}

function failureOf(thrown: unknown, url: URL, timeoutMs: number | null): RemoteFileFailure {
  if (thrown instanceof RemoteFileFailure) return thrown
  if (timeoutMs !== null) {
    return new RemoteFileFailure('remote-timeout', `${url.hostname} took longer than ${timeoutMs} ms.`, thrown)
  }
  return new RemoteFileFailure('remote-unreachable', `${url.hostname} could not be reached.`, thrown)
}
