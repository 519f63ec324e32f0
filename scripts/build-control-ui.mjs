import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

const COMPRESSIBLE = /\.(?:js|css|svg|json)$/
/** Below this a compressed twin is not worth the file; the gateway thinks so too. */
const WORTHWHILE_BYTES = 1024

/**
 * Builds the page of operators into a directory, with compressed twins beside what shrinks. Not of `index.html`: the
 * gateway fills in where it is served.
 * @returns paths of the source files it is made of
 */
export async function buildControlUi(outDir) {
  const { output } = await build({
    configFile: 'src/adapters/control-ui/vite.config.ts',
    logLevel: 'warn',
    build: { outDir: resolve(outDir) },
  })
  for (const file of filesIn(join(outDir, 'assets'))) {
    const bytes = COMPRESSIBLE.test(file) ? readFileSync(file) : Buffer.alloc(0)
    if (bytes.length < WORTHWHILE_BYTES) continue
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }))
  }
  const modules = output.flatMap((chunk) => ('moduleIds' in chunk ? chunk.moduleIds : []))
  return modules.map((id) => relative('.', id.replace(/^\0/, '').replace(/\?.*$/, '')))
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name))
}
