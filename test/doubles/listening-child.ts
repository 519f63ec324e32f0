import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Another process that listens on a port. */
export interface ListeningChild {
  readonly pid: number
  readonly port: number
  readonly exited: Promise<{ code: number | null; signal: string | null }>
  /** Ends it, whatever it ignores, and waits for that. */
  stop(): Promise<void>
}

export interface ListeningChildOptions {
  readonly host?: string
  readonly port?: number
  /** SIGTERM has no effect on it. */
  readonly stubborn?: boolean
}

const PROGRAM = `
const [host, port, stubborn] = process.argv.slice(1)
if (stubborn === 'true') process.on('SIGTERM', () => undefined)
const server = require('node:net').createServer(() => undefined)
server.on('error', (error) => { console.log('failed ' + error.code) })
server.listen({ host, port: Number(port) }, () => console.log('port ' + server.address().port))
`

export async function listeningChild(options: ListeningChildOptions = {}): Promise<ListeningChild> {
  const args = [options.host ?? '127.0.0.1', String(options.port ?? 0), String(options.stubborn ?? false)]
  const child = spawn(process.execPath, ['-e', PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const port = await portOf(child)
  return {
    pid: child.pid ?? 0,
    port,
    exited,
    stop: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function portOf(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('the child has no output')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = /^port (\d+)/.exec(line.toString())?.[1]
  if (port === undefined) throw new Error(`the child could not listen: ${line.toString().trim()}`)
  return Number(port)
}
