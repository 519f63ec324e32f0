import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { until } from './until.js'

/** Where these programs are, when PATH leaves out what is for administrators. */
const PLACES = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin']

/** Where to find a proxy that is installed on this machine; null, and a line that says why, when journeys must do without it. */
export function findProxy(name: 'nginx' | 'haproxy'): string | null {
  if (process.platform !== 'linux')
    return without(name, 'its journeys use several addresses of 127.0.0.0/8, as Linux has')
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...PLACES]
  const found = folders.map((folder) => join(folder, name)).find(isRunnable)
  return found ?? without(name, `${name} is not installed`)
}

/** A proxy that somebody else wrote, running with the configuration of one journey. */
export class RealProxy {
  readonly folder: string
  readonly #child: ChildProcess
  #said = ''

  private constructor(folder: string, program: string, args: readonly string[]) {
    this.folder = folder
    this.#child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text
      })
    }
    this.#child.on('error', (error) => {
      this.#said += error.message
    })
  }

  /**
   * @param http what goes into the block `http`
   * @param files more files for its directory, which relative paths start from
   */
  static nginx(program: string, http: string, port: number, files: Readonly<Record<string, string>> = {}) {
    const folder = folderWith({ ...files, 'nginx.conf': nginxConfig(http) })
    const args = ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')]
    return new RealProxy(folder, program, args).#listening(port)
  }

  static haproxy(program: string, config: string, port: number) {
    const folder = folderWith({ 'haproxy.cfg': `${HAPROXY_DEFAULTS}${config}` })
    return new RealProxy(folder, program, ['-db', '-f', join(folder, 'haproxy.cfg')]).#listening(port)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined) {
      const gone = new Promise((resolve) => this.#child.once('exit', resolve))
      this.#child.kill('SIGTERM')
      await gone
    }
    await rm(this.folder, { recursive: true, force: true })
  }

  async #listening(port: number): Promise<RealProxy> {
    try {
      await until('the proxy to listen', () => {
        if (this.#child.exitCode !== null) throw new Error('the proxy ended')
        return isListening(port)
      })
    } catch (thrown) {
      await this.stop()
      throw new Error(`${String(thrown)}:\n${this.#said}`)
    }
    return this
  }
}

const HAPROXY_DEFAULTS = `
defaults
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 60s
`

/** Everything it writes stays in its own directory, and it runs as whoever runs the journey. */
function nginxConfig(http: string): string {
  const user = process.getuid?.() === 0 ? `user ${userInfo().username};` : ''
  return `
${user}
daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 64; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join('\n  ')}
  ${http}
}
`
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'mayros-proxy-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => settle(true)).once('error', () => settle(false))
  })
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return false
    throw thrown
  }
}

function without(name: string, reason: string): null {
  console.info(`no journeys through ${name}: ${reason}`)
  return null
}
