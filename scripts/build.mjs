/*
 * Builds dist/: the command, the library and the test kit as ES modules that share chunks. Pure JavaScript packages are
 * bundled, because reading one file is faster than reading hundreds; what is imported dynamically stays in chunks of its
 * own and costs nothing until used. Native packages stay outside.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { build } from 'esbuild'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const isTypesWanted = !process.argv.includes('--no-types')

rmSync('dist', { recursive: true, force: true })

await build({
  entryPoints: [
    { in: 'src/bootstrap/main.ts', out: 'bin/mayros' },
    { in: 'src/bootstrap/index.ts', out: 'index' },
    { in: 'test/contracts/index.ts', out: 'testing' },
  ],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  external: ['libsql', 'libsql/promise', 'uWebSockets.js', 'uws-compat', 'bufferutil', 'utf-8-validate'],
  define: { 'process.env.MAYROS_BUILD_VERSION': JSON.stringify(version) },
  banner: {
    js: "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);",
  },
  legalComments: 'linked',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  sourcemap: false,
  logLevel: 'warning',
})

chmodSync('dist/bin/mayros.js', 0o755)

if (isTypesWanted) {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.types.json'], { stdio: 'inherit' })
}
