import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** How this program came to be where it is, and what brings a newer one. */
export interface Installation {
  readonly kind: 'npm' | 'pnpm' | 'yarn' | 'source' | 'unknown'
  /** A command or a hint, for people. */
  readonly update: string
}

/** @param entry the program as it was called */
export function installationOf(entry: string | undefined): Installation {
  const path = entry !== undefined && existsSync(entry) ? realpathSync(entry) : ''
  const root = join(dirname(path), '..', '..')
  if (path !== '' && existsSync(join(root, '.git'))) {
    return { kind: 'source', update: 'git pull && npm install && npm run build' }
  }
  if (/[\\/]pnpm[\\/]/.test(path)) return { kind: 'pnpm', update: 'pnpm add -g mayros@latest' }
  if (/[\\/](?:\.config[\\/])?yarn[\\/]/.test(path)) return { kind: 'yarn', update: 'yarn global add mayros@latest' }
  if (/[\\/]node_modules[\\/]/.test(path)) return { kind: 'npm', update: 'npm install -g mayros@latest' }
  return { kind: 'unknown', update: 'install the newer version the way this one was installed' }
}
