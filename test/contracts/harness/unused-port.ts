import { createServer } from 'node:net'

/** Below the ports that Linux (32768 on), macOS and Windows (49152 on) give to whoever asks for any port. */
const FIRST = 20_480
const COUNT = 12_000
/** Spreads the processes that run tests at the same time over the range (a prime that does not divide COUNT). */
const APART = 4_999

let given = 0

/**
 * A port of `host` on which nobody listens, and which the operating system gives to nobody by itself: a client of
 * another test cannot come by it between this call and its use. No port is given out twice by a process before all
 * others were.
 */
export async function unusedPort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + ((process.pid * APART + given++) % COUNT)
    if (await isUnused(host, port)) return port
  }
  throw new Error(`all ports of ${host} from ${FIRST} to ${FIRST + COUNT - 1} are taken`)
}

function isUnused(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    )
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
