import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { VERSION } from './version.js'

/**
 * The version of the program as it lies on disk now, which an update may have replaced under a running gateway; null when
 * it cannot be told, or is the one that runs.
 */
export function newerOnDisk(entry = process.argv[1]): string | null {
  if (entry === undefined || VERSION === '0.0.0-source') return null
  try {
    const file = join(dirname(realpathSync(entry)), '..', '..', 'package.json')
    const { version, bin } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown; bin?: unknown }
    const isOurs = typeof bin === 'object' && bin !== null && 'mayros' in bin
    return isOurs && typeof version === 'string' && version !== VERSION ? version : null
  } catch (thrown) {
    if (thrown instanceof Error) return null
    throw thrown
  }
}
