/* Writes the generated pages of docs/. With --check it writes nothing and fails when a page is out of date. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const folder = mkdtempSync(join(tmpdir(), 'mayros-docs-'))
try {
  const outfile = join(folder, 'pages.mjs')
  await build({
    entryPoints: ['scripts/docs-pages.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['libsql', 'uWebSockets.js', 'uws-compat'],
    banner: {
      js: "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  const { pages } = await import(pathToFileURL(outfile).href)
  for (const [path, text] of await pages()) {
    if (!process.argv.includes('--check')) writeFileSync(path, text)
    else if (readFileSync(path, 'utf8') !== text) {
      console.error(`${path} is out of date: npm run docs`)
      process.exitCode = 1
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
