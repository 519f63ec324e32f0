import { existsSync, realpathSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import type { GatewayRunOptions } from '../adapters/cli-commander/cli-deps.js'

/**
 * The command that talks to this gateway, as it has to be typed in another shell: by name when it is installed, else by
 * path, and with whatever made this process choose its state directory.
 */
export function helloCommand({ environment, token, password }: GatewayRunOptions): string {
  const { profile, variables, home, stateDir, configPath } = environment
  const paths = { MAYROS_HOME: home, MAYROS_STATE_DIR: stateDir, MAYROS_CONFIG_PATH: configPath }
  const assignments = Object.entries(paths)
    .filter(([name]) => (variables[name] ?? '').trim() !== '')
    .map(([name, path]) => `${name}=${quoted(path)} `)
  const flags = profile === null ? '' : profile === 'dev' ? ' --dev' : ` --profile ${profile}`
  const secret =
    token !== undefined ? ' --token <the token>' : password !== undefined ? ' --password <the password>' : ''
  return `${assignments.join('')}${program()}${flags} agent -m "hello"${secret}`
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
  if (isInstalled) return 'mayros'
  const nearby = relative(process.cwd(), self)
  return `node ${quoted(nearby.startsWith('..') ? self : nearby)}`
}

/** As a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
