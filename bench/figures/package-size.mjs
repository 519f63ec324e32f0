import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What an installation takes on the disk: the package as npm packs it and everything it depends on at run time. */
export const packageSize = {
  name: 'package-size',
  engines: ['any'],
  async measure({ report }) {
    const pack = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [{ size, unpackedSize }] = JSON.parse(pack)
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    )
    const needed = installed(Object.keys(dependencies))
    const everything = installed([...Object.keys(dependencies), ...Object.keys(optionalDependencies)])
    const show = (figure, bytes) => report({ figure, engine: '-', unit: 'MB', ours: { value: bytes / 1e6 } })
    show('package, packed', size)
    show('package, unpacked', unpackedSize)
    show('installed without optional dependencies', unpackedSize + bytesOf(needed))
    show('installed with optional dependencies', unpackedSize + bytesOf(everything))
  },
}

/** Folders of these packages and of what they depend on, as far as it is installed here. */
function installed(names, found = new Set()) {
  for (const name of names) {
    const folder = join(ROOT, 'node_modules', name)
    if (found.has(folder) || !existsSync(folder)) continue
    found.add(folder)
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    installed(Object.keys({ ...dependencies, ...optionalDependencies }), found)
  }
  return found
}

function bytesOf(folders) {
  let bytes = 0
  for (const folder of folders) {
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) bytes += lstatSync(join(file.parentPath ?? file.path, file.name)).size
    }
  }
  return bytes
}
