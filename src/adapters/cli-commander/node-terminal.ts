import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { isatty, type WriteStream } from 'node:tty'
import { pathToFileURL } from 'node:url'
import type { CliDeps, CliInput, CliOutput } from './cli-deps.js'

/** The part of the dependencies that is the process itself: streams, time, signals, files. */
export type NodeTerminal = Pick<
  CliDeps,
  | 'platform'
  | 'env'
  | 'stdout'
  | 'stderr'
  | 'stdin'
  | 'now'
  | 'uuid'
  | 'pause'
  | 'onInterrupt'
  | 'readFile'
  | 'importModule'
>

export function nodeTerminal(): NodeTerminal {
  return {
    platform: process.platform,
    env: process.env,
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    stdin: inputFrom(() => process.stdin),
    now: Date.now,
    uuid: randomUUID,
    pause,
    onInterrupt: (handler) => {
      const [interrupt, terminate] = [() => handler('SIGINT'), () => handler('SIGTERM')]
      process.on('SIGINT', interrupt).on('SIGTERM', terminate)
      return () => {
        process.off('SIGINT', interrupt).off('SIGTERM', terminate)
      }
    },
    readFile: (path) => readFile(path, 'utf8'),
    importModule,
  }
}

async function importModule(specifier: string): Promise<Readonly<Record<string, unknown>>> {
  const here = pathToFileURL(resolve('module'))
  const path = resolve(specifier)
  const file = existsSync(path) ? path : createRequire(here).resolve(specifier)
  return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>
}

/** A reader that went away is a quiet end, not an error. */
function outputTo(stream: WriteStream): CliOutput {
  let closed = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
    closed = true
  })
  return {
    write: (text) => {
      if (!closed) stream.write(text)
    },
    isTTY: stream.isTTY === true,
    get closed() {
      return closed
    },
  }
}

/** Opening standard input costs time and may keep the process alive, so only its users do. */
function inputFrom(open: () => Readable): CliInput {
  const readAll = async () => {
    let text = ''
    for await (const chunk of open().setEncoding('utf8')) text += chunk as string
    return text
  }
  return {
    get isTTY() {
      return isatty(0)
    },
    readAll,
    readLine: async () => {
      let text = ''
      for await (const chunk of open().setEncoding('utf8')) {
        text += chunk as string
        if (text.includes('\n')) break
      }
      return text.split(/\r?\n/, 1)[0] ?? ''
    },
  }
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done, { once: true })
    if (signal?.aborted === true) done()
  })
}
