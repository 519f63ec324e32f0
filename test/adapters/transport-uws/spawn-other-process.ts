import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const SOURCE = fileURLToPath(new URL('./other-process.ts', import.meta.url))
const PACKAGES = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** Another process that listens, for as long as a test needs it. */
export interface OtherProcess {
  /** `listening`, `refused`, or the code of the failure. */
  readonly word: string
  /** Tells it to stop and waits until it has gone by itself. */
  end(): Promise<{ readonly exitCode: number | null; readonly stderr: string }>
}

/** Bundles the program once; `remove` takes it away again. */
export async function buildOtherProcess(): Promise<{
  spawn(...args: string[]): Promise<OtherProcess>
  remove(): Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'uws-other-process-'))
  const outfile = join(folder, 'other-process.mjs')
  await build({ entryPoints: [SOURCE], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  return {
    spawn: (...args) =>
      begin(spawn(process.execPath, [outfile, ...args], { env: { ...process.env, NODE_PATH: PACKAGES } })),
    remove: () => rm(folder, { recursive: true }),
  }
}

async function begin(child: ChildProcess): Promise<OtherProcess> {
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const ended = once(child, 'close')
  const [word] = await Promise.race([
    once(child.stdout!, 'data'),
    ended.then(() => Promise.reject(new Error(`the other process ended early: ${stderr}`))),
  ])
  return {
    word: String(word).trim(),
    end: async () => {
      child.stdin?.end()
      const [exitCode] = await ended
      return { exitCode, stderr }
    },
  }
}
