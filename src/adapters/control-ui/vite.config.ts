import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const { version } = JSON.parse(readFileSync(resolve('package.json'), 'utf8')) as { version: string }

/** What the gateway puts its base path in place of when it sends the page. */
const BASE_PATH_PLACE = '/__mayros_base_path__'

/** What nearly every view uses is one file, so that a view is one more and not a dozen. */
const EVERYWHERE = /node_modules\/(?:lit|@lit)|control-ui\/(?:elements|format|router|styles|connection)\//

// biome-ignore lint/style/noDefaultExport: Vite takes nothing else
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  define: { __MAYROS_VERSION__: JSON.stringify(version) },
  build: {
    target: 'es2022',
    outDir: resolve('dist/control-ui'),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: { output: { manualChunks: (id) => (EVERYWHERE.test(id) ? 'everywhere' : undefined) } },
  },
  experimental: {
    renderBuiltUrl: (filename, { hostType }) =>
      hostType === 'html' ? `${BASE_PATH_PLACE}/${filename}` : { relative: true },
  },
})
