import { lstat, realpath, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { refused, unlessAbsent } from './at-rim.js'
import { isInside } from './locate.js'

/** Gives a folder another name beside the old one: `workspace-ops.removed-1`. Null when there is none. */
export async function putAside(folder: string, keep: readonly string[]): Promise<string | null> {
  const found = await unlessAbsent(() => lstat(folder))
  if (found === null) return null
  if (found.isSymbolicLink()) throw refused(folder, 'it is a link')
  if (!found.isDirectory()) throw refused(folder, 'it is no folder')
  const real = await realpath(folder)
  for (const path of [...keep, homedir(), process.cwd()]) {
    const kept = (await unlessAbsent(() => realpath(path))) ?? path
    if (kept === real || isInside(kept, real)) throw refused(folder, `${path} lies in it`)
  }
  const aside = await freeName(real)
  await rename(real, aside)
  return aside
}

async function freeName(path: string): Promise<string> {
  for (let count = 1; ; count++) {
    const name = `${path}.removed-${count}`
    if ((await unlessAbsent(() => lstat(name))) === null) return name
  }
}
