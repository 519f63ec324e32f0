import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import type { ExecToolSettings } from '../adapters/tools-exec-node/exec-tool-settings.js'
import type { ExitedSession } from '../adapters/tools-exec-node/exited-session.js'
import type { FsToolSettings } from '../adapters/tools-fs-node/fs-tool-settings.js'
import type { SystemInfo } from '../application/ports/system-info.js'
import type { AgentDirectory } from '../domain/config/agent-directory.js'
import type { GatewayConfig } from '../domain/config/config.js'

/** What the file tools of an agent may do: the agent's own settings stand over the global ones. */
export function fsToolSettings(
  config: GatewayConfig,
  agentId: string,
  isOffLimits: FsToolSettings['isOffLimits'],
): FsToolSettings {
  const own = ownTools(config, agentId)
  const { fs, exec } = config.tools
  const patches = own?.exec?.applyPatch
  return {
    workspaceOnly: own?.fs?.workspaceOnly ?? fs.workspaceOnly,
    applyPatchEnabled: patches?.enabled ?? exec.applyPatch.enabled,
    applyPatchWorkspaceOnly: patches?.workspaceOnly ?? exec.applyPatch.workspaceOnly,
    mediaMaxBytes: config.agents.defaults.mediaMaxMb * 1024 * 1024,
    isOffLimits,
  }
}

/** How the process tools of an agent run commands. */
export function execToolSettings(config: GatewayConfig, agentId: string): ExecToolSettings {
  const usual = config.tools.exec
  const own = ownTools(config, agentId)?.exec
  return {
    backgroundMs: own?.backgroundMs ?? usual.backgroundMs,
    timeoutSec: own?.timeoutSec ?? usual.timeoutSec,
    cleanupMs: own?.cleanupMs ?? usual.cleanupMs,
    notifyOnExit: own?.notifyOnExit ?? usual.notifyOnExit,
    notifyOnExitEmptySuccess: own?.notifyOnExitEmptySuccess ?? usual.notifyOnExitEmptySuccess,
    pathPrepend: own?.pathPrepend ?? usual.pathPrepend,
  }
}

function ownTools({ agents }: GatewayConfig, agentId: string) {
  return agents.list?.find(({ id }) => id.toLowerCase() === agentId)?.tools
}

/**
 * The gateway's own files are closed to the tools of agents: an agent that could change the configuration or the list of
 * approved commands would approve itself. Workspaces lie in the state directory by default and are open.
 */
export function offLimits(system: SystemInfo, agents: AgentDirectory): (path: string) => boolean {
  const closed = [system.stateDir, system.configPath].flatMap((path) => [path, withoutLinks(path)])
  return (path) => {
    if (!closed.some((own) => isWithin(path, own))) return false
    return !agents.agents.some(({ workspace }) => isWithin(path, workspace) || isWithin(path, withoutLinks(workspace)))
  }
}

/** Whether a variable of this process is named like a secret, which commands of agents must not inherit. */
export function holdsSecret(name: string): boolean {
  return /(?:^|_)(?:API_?KEY|KEY|TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIALS?)$/i.test(name)
}

/** What an agent hears of a command that ended behind its back. */
export function exitNotice({ id, command, exitCode, signal, isTimedOut, tail }: ExitedSession): string {
  const how = isTimedOut
    ? 'ran out of time'
    : signal === null
      ? `ended with exit code ${exitCode}`
      : `ended by ${signal}`
  const shown = command.length > 200 ? `${command.slice(0, 200)}...` : command
  return `Background command ${id} (${shown}) ${how}.${tail.trim() === '' ? '' : ` Last output: ${tail.trim().slice(-400)}`}`
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** A path that does not exist yet is taken as it is. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return path
    throw thrown
  }
}
