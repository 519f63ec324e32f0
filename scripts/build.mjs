/*
 * Builds dist/: the command, the library and the test kit as ES modules that share chunks. Pure JavaScript packages are
 * bundled, because reading one file is faster than reading hundreds; what is imported dynamically stays in chunks of its
 * own and costs nothing until used. Native packages stay outside. The old build is replaced only by a complete new one.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { build } from 'esbuild'
import { buildControlUi } from './build-control-ui.mjs'
import { licenseTexts } from './license-texts.mjs'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const isTypesWanted = !process.argv.includes('--no-types')
const next = `dist-${process.pid}`
const banner =
  "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);"

/** What zod says in sixty other languages, half of its text; nobody asks it to. */
const withoutLocales = {
  name: 'without-zod-locales',
  setup: ({ onLoad }) => onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {}' })),
}

try {
  const { metafile } = await build({
    entryPoints: [
      { in: 'src/bootstrap/main.ts', out: 'bin/mayros' },
      { in: 'src/bootstrap/index.ts', out: 'index' },
      { in: 'test/contracts/index.ts', out: 'testing' },
      { in: 'src/adapters/pdf-text-unpdf/pdf-worker.mjs', out: 'pdf-worker' },
    ],
    outdir: next,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    chunkNames: 'chunks/[name]-[hash]',
    external: ['libsql', 'libsql/promise', 'uWebSockets.js', 'uws-compat', 'bufferutil', 'utf-8-validate'],
    define: { 'process.env.MAYROS_BUILD_VERSION': JSON.stringify(version) },
    banner: { js: banner },
    plugins: [withoutLocales],
    legalComments: 'none',
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    logLevel: 'warning',
  })
  chmodSync(`${next}/bin/mayros.js`, 0o755)
  const pageInputs = await buildControlUi(`${next}/control-ui`)
  writeFileSync(`${next}/THIRD-PARTY-LICENSES.txt`, licenseTexts([...Object.keys(metafile.inputs), ...pageInputs]))
  if (isTypesWanted) {
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
    const args = [tsc, '-p', 'tsconfig.types.json', '--outDir', `${next}/types`]
    execFileSync(process.execPath, args, { stdio: 'inherit' })
  }
  rmSync('dist', { recursive: true, force: true })
  renameSync(next, 'dist')
} finally {
  rmSync(next, { recursive: true, force: true })
}
