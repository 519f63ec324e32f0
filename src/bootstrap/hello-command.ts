import { existsSync, realpathSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import type { GatewayRunOptions } from '../adapters/cli-commander/cli-deps.js'

/** The command that talks to this gateway, as it has to be typed here: by name when it is installed, else by path. */
export function helloCommand(options: GatewayRunOptions): string {
  const { profile } = options.environment
  const flags = profile === null ? '' : profile === 'dev' ? ' --dev' : ` --profile ${profile}`
  return `${program()}${flags} agent -m "hello"`
}

function program(): string {
  const entry = process.argv[1]
  if (entry === undefined) return 'mayros'
  const self = realpathSync(entry)
  const folders = (process.env.PATH ?? '').split(delimiter)
  const isInstalled = folders.some((folder) => {
    const candidate = join(folder, 'mayros')
    return folder !== '' && existsSync(candidate) && realpathSync(candidate) === self
  })
  return isInstalled ? 'mayros' : `node ${relative(process.cwd(), self)}`
}
