import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { build } from 'esbuild'

/** A process that writes numbered texts without pause and prints each number once its write resolved. */
export interface Writer {
  start(file: string): {
    readonly child: ChildProcessByStdio<null, Readable, null>
    /** The last number it reported; -1 before the first. */
    confirmed(): number
  }
}

const SCRIPT = `
import { FileDocument } from './src/adapters/document-file/file-document.ts'

const document = new FileDocument(process.argv[2])
for (let nr = 0; ; nr += 1) {
  await document.write(nr + ':' + 'x'.repeat(200_000 + nr) + ':' + nr)
  process.stdout.write(nr + '\\n')
}
`

/** Whether a text is one that the writer writes, and which. */
export function numberOf(text: string): number | null {
  const [, first, body, last] = /^(\d+):(x*):(\d+)$/.exec(text) ?? []
  return first !== undefined && first === last && body?.length === 200_000 + Number(first) ? Number(first) : null
}

/** Bundles the writer into `folder`. */
export async function spawnWriter(folder: string): Promise<Writer> {
  const script = join(folder, 'writer.mjs')
  await build({
    stdin: { contents: SCRIPT, resolveDir: process.cwd(), loader: 'js' },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  return { start: (file) => startWriter(script, file) }
}

function startWriter(script: string, file: string): ReturnType<Writer['start']> {
  const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    printed += text
  })
  // The last line may have been cut off by the kill.
  return { child, confirmed: () => Number(printed.split('\n').slice(0, -1).at(-1) ?? -1) }
}
