import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'

/** A port of 127.0.0.1 that nobody holds at the moment. */
export async function unusedPort(): Promise<number> {
  const server = await occupy(0)
  const { port } = server.address() as AddressInfo
  await release(server)
  return port
}

/** Listens, in this very process. Rejects when somebody else does. */
export async function occupy(port: number, host = '127.0.0.1'): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).resume())
  server.listen({ port, host, exclusive: true })
  await once(server, 'listening')
  return server
}

export async function release(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  await closed
}
