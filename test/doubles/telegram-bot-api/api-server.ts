import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { unusedPort } from '../../contracts/harness/unused-port.js'

/** What becomes of a call: it is cut before or after it was carried out, or answered with an error. */
export type Fault =
  | { readonly kind: 'dropped-before' | 'dropped-after' }
  | {
      readonly kind: 'refused'
      readonly code: number
      readonly description: string
      readonly parameters?: Readonly<Record<string, number>>
    }

export type Fields = Readonly<Record<string, unknown>>

/** The network in front of the double: can break, fall silent, and come back at the same address. */
export class ApiServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #port = 0
  isSilent = false

  constructor(respond: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
    this.#server = createServer((request, response) => {
      if (this.isSilent) return
      respond(request, response).catch((thrown: unknown) => response.destroy(thrown as Error))
    })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get connections(): number {
    return this.#sockets.size
  }

  async open(): Promise<void> {
    this.#port ||= await unusedPort()
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

/** Fields of a call, and its files as `{ name, size }`. */
export async function fieldsOf(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const boundary = /boundary=(\S+)/.exec(request.headers['content-type'] ?? '')?.[1]
  if (boundary !== undefined) return fieldsOfForm(body.toString('latin1'), boundary)
  return body.length === 0 ? {} : (JSON.parse(body.toString()) as Fields)
}

/** The library quotes no names of files, which the platform's own reader of forms does not take. */
function fieldsOfForm(form: string, boundary: string): Fields {
  const fields: Record<string, unknown> = {}
  const files = new Map<string, { readonly name: string; readonly size: number }>()
  for (const part of form.split(`--${boundary}`).slice(1, -1)) {
    const at = part.indexOf('\r\n\r\n')
    const [head, value] = [part.slice(0, at), part.slice(at + 4, -2)]
    const [, key = '', name] = /;name="([^"]*)"(?:;filename=([^\r;]*))?/.exec(head) ?? []
    if (name === undefined) fields[key] = value
    else files.set(key, { name, size: value.length })
  }
  for (const [key, value] of Object.entries(fields)) {
    fields[key] = files.get(String(value).replace('attach://', '')) ?? value
  }
  return fields
}
