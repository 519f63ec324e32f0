import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { ChannelFailure } from '../../application/ports/channel.js'

/** Fetches a file, and stops reading as soon as it is larger than allowed. */
export async function download(
  address: URL,
  agent: Agent,
  maxBytes: number,
  name: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const response = await ask(address, agent, signal)
  try {
    if (response.statusCode !== 200) throw refusalOf(response.statusCode ?? 0, name)
    return await read(response, maxBytes, name)
  } finally {
    response.destroy()
  }
}

function ask(address: URL, agent: Agent, signal: AbortSignal): Promise<IncomingMessage> {
  const request = address.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    request(address, { agent, signal }, resolve).once('error', reject).end()
  })
}

async function read(response: IncomingMessage, maxBytes: number, name: string): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = Number(response.headers['content-length'] ?? 0) > maxBytes ? maxBytes + 1 : 0
  if (size === 0) {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) break
      chunks.push(chunk)
    }
  }
  if (size > maxBytes) throw new ChannelFailure('too-large', `${name}: the file is larger than ${maxBytes} bytes`)
  return Buffer.concat(chunks)
}

function refusalOf(status: number, name: string): ChannelFailure {
  if (status === 404) return new ChannelFailure('not-found', `${name}: Telegram does not have the file any more`)
  return new ChannelFailure('network', `${name}: Telegram does not hand out the file (${status})`)
}
