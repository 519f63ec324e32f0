import { execFile } from 'node:child_process'
import { existsSync, realpathSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { CliEnvironment } from '../adapters/cli-commander/cli-deps.js'
import { capturedEnvironment, proxiesWithCredentials } from '../domain/service/captured-environment.js'
import { planService, type ServicePlan } from '../domain/service/service-plan.js'
import { chooseNode, type NodeCandidate } from '../domain/service/stable-program.js'
import { serviceMarkers } from '../domain/service/supervision.js'
import { VERSION } from './version.js'

/** Where systems keep the Node that they update themselves, most wanted first. */
const SYSTEM_NODES = [
  '/opt/homebrew/opt/node/bin/node',
  '/opt/homebrew/bin/node',
  '/usr/local/bin/node',
  '/usr/bin/node',
]
const SEARCHED = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/bin']

export interface PlanRequest {
  readonly environment: CliEnvironment
  readonly kind: 'systemd' | 'launchd' | 'none'
  readonly scope: 'user' | 'system'
  /** Of the shell, before any `.env`: what those files say, the service reads itself. */
  readonly shell: Readonly<Record<string, string | undefined>>
}

export interface PlannedService {
  planFor(port: number | null): ServicePlan
  readonly warnings: readonly string[]
}

/** What a service of this installation runs, from this machine and shell. */
export async function servicePlanOf({ environment, kind, scope, shell }: PlanRequest): Promise<PlannedService> {
  const { profile, stateDir, home } = environment
  const own = { path: process.execPath, version: process.versions.node }
  const others = SYSTEM_NODES.filter((path) => path !== own.path && existsSync(path))
  const node = chooseNode(own, await candidates(own.path, others))
  const entry = realpathSync(process.argv[1] ?? '')
  const captured = capturedEnvironment({
    variables: {
      ...shell,
      ...absolute(environment, shell),
      ...(profile === null ? {} : { MAYROS_PROFILE: profile }),
    },
    searchPath: [dirname(node.path), ...SEARCHED, `${home}/.local/bin`].filter((folder) => existsSync(folder)),
    markers: serviceMarkers(kind === 'launchd' ? 'launchd' : 'systemd', profile, VERSION),
  })
  const user = scope === 'system' ? ownerOf(stateDir, shell) : null
  const facts = { profile, version: VERSION, node: node.path, entry, stateDir, environment: captured, user }
  return {
    planFor: (port) => planService({ ...facts, port }),
    warnings: [
      ...(node.warning === null ? [] : [node.warning]),
      ...(/\/_npx\//.test(entry) ? [`${entry} is a copy that npx throws away; install the package first`] : []),
      ...proxiesWithCredentials(shell).map((name) => `${name} holds a password and is not written into the service`),
    ],
  }
}

/** Whom the state directory belongs to: whoever installs for the system is root, and the gateway need not be. */
function ownerOf(stateDir: string, shell: Readonly<Record<string, string | undefined>>): string {
  const own = userInfo()
  const uid = existsSync(stateDir) ? statSync(stateDir).uid : own.uid
  if (uid === own.uid) return own.username
  return Number(shell.SUDO_UID) === uid && shell.SUDO_USER ? shell.SUDO_USER : String(uid)
}

/** Paths that were given relative to the shell's directory mean the same to a service. */
function absolute(
  { stateDir, configPath }: CliEnvironment,
  shell: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return {
    ...(shell.MAYROS_STATE_DIR ? { MAYROS_STATE_DIR: stateDir } : {}),
    ...(shell.MAYROS_CONFIG_PATH ? { MAYROS_CONFIG_PATH: configPath } : {}),
    ...(shell.MAYROS_HOME ? { MAYROS_HOME: resolve(shell.MAYROS_HOME) } : {}),
  }
}

/** Only asked where the own Node belongs to a version manager: each answer costs the start of a program. */
async function candidates(own: string, paths: readonly string[]): Promise<readonly NodeCandidate[]> {
  if (chooseNode({ path: own, version: process.versions.node }, []).warning === null) return []
  const versions = await Promise.all(paths.map((path) => versionOf(path)))
  return paths.flatMap((path, index) => (versions[index] == null ? [] : [{ path, version: versions[index] }]))
}

function versionOf(path: string): Promise<string | null> {
  return new Promise((done) => {
    execFile(path, ['--version'], { timeout: 5_000 }, (error, stdout) => {
      done(error === null ? stdout.trim().replace(/^v/, '') : null)
    })
  })
}
