import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { ChannelFailure } from '../../application/ports/channel.js'
import { messageOf } from '../../domain/failure.js'

/** A port of the account's own for what Telegram sends, where it must not come in through the gateway's. */
export class WebhookListener {
  readonly port: number
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
  }

  /** Rejects with a ChannelFailure when the address cannot be had. */
  static open(
    host: string,
    port: number,
    name: string,
    handle: (request: Request) => Promise<Response>,
  ): Promise<WebhookListener> {
    const server = createServer((message, response) => void respond(message, response, handle))
    return new Promise((resolve, reject) => {
      server.once('error', (problem) => {
        const sentence = `${name} cannot listen on ${host}:${port} (webhookHost, webhookPort): ${messageOf(problem)}`
        reject(new ChannelFailure('network', sentence, { cause: problem }))
      })
      server.listen(port, host, () => resolve(new WebhookListener(server)))
    })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }
}

async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  handle: (request: Request) => Promise<Response>,
): Promise<void> {
  try {
    const { status, headers } = await handle(asRequest(message))
    response.writeHead(status, Object.fromEntries(headers)).end()
  } catch {
    response.writeHead(500).end()
  }
}

function asRequest(message: IncomingMessage): Request {
  const { method = 'GET', url = '/', headers } = message
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(new URL(url, 'http://localhost'), {
    method,
    headers: Object.entries(headers).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])) as [
      string,
      string,
    ][],
    ...(hasBody ? { body: Readable.toWeb(message) as ReadableStream, duplex: 'half' } : {}),
  } as RequestInit)
}
