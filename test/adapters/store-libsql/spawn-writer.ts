import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/** A process that commits without pause and prints the name of each commit once it resolved. */
export interface Writer {
  start(file: string): {
    readonly child: ChildProcessByStdio<null, Readable, null>
    /** Names of the commits it reported so far. */
    confirmed(): readonly string[]
  }
}

const ENGINE = resolve('node_modules/libsql')

const SCRIPT = `
import { LibsqlSessionStore } from './src/adapters/store-libsql/libsql-session-store.ts'

const store = new LibsqlSessionStore(process.argv[2])
await store.open()

/** One commit that writes to every table; its parts only make sense together. */
async function commit(name) {
  const key = 'agent:main:' + name
  const entry = (part) => ({ id: name + ':' + part, message: { role: 'user', content: [{ type: 'text', text: 'x'.repeat(500) }], timestamp: 1 } })
  await store.commit([
    { kind: 'session.put', entry: { key, sessionId: name, agentId: 'main', createdAt: 1, updatedAt: Date.now() } },
    { kind: 'transcript.append', sessionId: name, entries: [entry(1), entry(2), entry(3)] },
    { kind: 'run.accept', run: { runId: name, method: 'agent', sessionKey: key, agentId: 'main', request: { message: name }, state: 'accepted', acceptedAt: 1 } },
  ])
  process.stdout.write(name + '\\n')
}

async function keepCommitting(lane) {
  for (let turn = 0; ; turn += 1) await commit(process.pid + '-' + lane + '-' + turn)
}

await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(keepCommitting))
`

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
    // The bundle lies outside of the project, from where the engine cannot be found by its name.
    plugins: [
      {
        name: 'engine-by-path',
        setup: ({ onResolve }) => {
          onResolve({ filter: /^libsql(\/promise)?$/ }, ({ path }) => {
            const entry = path === 'libsql' ? 'index.js' : 'promise.js'
            return { path: pathToFileURL(join(ENGINE, entry)).href, external: true }
          })
        },
      },
    ],
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
  return { child, confirmed: () => printed.split('\n').slice(0, -1) }
}
