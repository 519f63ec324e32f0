import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unusedPort } from '../contracts/harness/unused-port.js'

const PROGRAMS = ['ngircd', '/usr/sbin/ngircd']

/** The program, or null when it is not installed. */
export function ngircdProgram(): string | null {
  return PROGRAMS.find((program) => spawnSync(program, ['--version']).status === 0) ?? null
}

/** A real IRC server: ngIRCd with its usual limits, on a port of its own. */
export class Ngircd {
  readonly port: number
  readonly #program: string
  readonly #folder: string
  #child: ChildProcess | undefined

  private constructor(program: string, port: number, folder: string) {
    this.#program = program
    this.port = port
    this.#folder = folder
  }

  static async start(program: string, password: string): Promise<Ngircd> {
    const port = await unusedPort()
    const folder = await mkdtemp(join(tmpdir(), 'mayros-ngircd-'))
    const lines = [
      '[Global]',
      'Name = irc.example.net',
      'Info = test',
      'Listen = 127.0.0.1',
      `Ports = ${port}`,
      'MotdPhrase = hello',
      `Password = ${password}`,
      'ServerUID = 65534',
      'ServerGID = 65534',
      '[Limits]',
      'MaxConnectionsIP = 0',
      '[Options]',
      'DNS = no',
      'Ident = no',
      'PAM = no',
    ]
    await writeFile(join(folder, 'ngircd.conf'), `${lines.join('\n')}\n`)
    const server = new Ngircd(program, port, folder)
    await server.begin()
    return server
  }

  async begin(): Promise<void> {
    const args = ['--nodaemon', '--config', join(this.#folder, 'ngircd.conf')]
    const child = spawn(this.#program, args, { stdio: 'ignore' })
    this.#child = child
    for (let tries = 0; !(await answers(this.port)); tries++) {
      if (tries > 500 || child.exitCode !== null) throw new Error('ngircd did not begin to listen')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** Ends the server; connections break. */
  async end(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  async dispose(): Promise<void> {
    await this.end()
    await rm(this.#folder, { recursive: true })
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
