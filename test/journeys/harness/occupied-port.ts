import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

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
