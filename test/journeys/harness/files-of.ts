import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Every file below a directory with its mode, time and content, so that two looks can be compared. */
export function filesOf(directory: string, isOfInterest: (path: string) => boolean = () => true): readonly string[] {
  if (!existsSync(directory)) return ['(no directory)']
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  return entries
    .map((entry) => ({ path: join(entry.parentPath, entry.name), isFile: entry.isFile() }))
    .filter(({ path }) => isOfInterest(relative(directory, path)))
    .map(({ path, isFile }) => {
      const { mode, mtimeMs } = statSync(path)
      const content = isFile ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'directory'
      return `${relative(directory, path)} ${mode.toString(8)} ${isFile ? mtimeMs : ''} ${content}`
    })
    .sort()
}

/** What a running gateway writes by itself, all the time. */
export function isWrittenAllTheTime(path: string): boolean {
  return path.startsWith('logs') || path.startsWith('mayros.db') || path.endsWith('.refused.txt')
}
