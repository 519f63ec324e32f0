import { type ChildProcess, spawn } from 'node:child_process'
import { realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { FAMILY_MARK } from '../../application/exec/family-mark.js'
import type { ToolCallContext } from '../../application/ports/tools.js'
import { childEnvironment, refusedVariable } from './child-environment.js'
import { type CommandLine, shellLine, terminalLine } from './command-line.js'
import type { ExecDeps } from './exec-deps.js'
import type { ExecRequest } from './exec-request.js'
import { ExecSession } from './exec-session.js'
import { type ExecSessions, MAX_SESSIONS } from './exec-sessions.js'
import type { ExecParams } from './tool-params.js'

/** Why a command does not run; the sentence is for the model. */
export interface NotStarted {
  readonly refused: string
  /** Somebody, or a rule, did not allow it. */
  readonly isDenied?: boolean
}

export interface StartingPlace {
  readonly deps: ExecDeps
  readonly sessions: ExecSessions
  /** Beginning of the mark of everything started here. */
  readonly mark: string
  /** Aborts when the toolbox closes. */
  readonly closing: AbortSignal
}

/** Starts a command after somebody allowed it. Nothing is started once `signal` aborted. */
export async function startCommand(
  { deps, sessions, mark, closing }: StartingPlace,
  params: ExecParams,
  context: ToolCallContext,
  signal: AbortSignal,
): Promise<ExecSession | NotStarted> {
  if (process.platform === 'win32') return { refused: 'commands cannot be run on Windows' }
  const { settingsOf, clock, ids, environment, forbidden, decide } = deps
  const added = params.env ?? {}
  const variable = refusedVariable(Object.keys(added), forbidden)
  if (variable !== null) return { refused: `the variable ${variable} may not be set` }
  const cwd = await directoryOf(params.cwd ?? '.', context.workspace)
  if (cwd === null) return { refused: `there is no directory ${params.cwd ?? context.workspace}` }

  const { pathPrepend } = settingsOf(context.agentId)
  const env = childEnvironment({ inherited: environment, added, pathPrepend, forbidden })
  const request = requestOf(params.command, cwd, added, env.PATH ?? '', context)
  const decision = await decide(request, signal).catch((thrown: unknown) => {
    if (signal.aborted) return { allowed: false as const, reason: 'the call was aborted' }
    throw thrown
  })
  if (!decision.allowed) return { refused: `the command was not allowed: ${decision.reason}`, isDenied: true }

  const isPty = params.pty === true
  const line = await (isPty ? terminalLine : shellLine)(params.command, env)
  if (line === null) return { refused: 'a terminal needs the program script, which is not installed' }
  if (closing.aborted) return { refused: 'the gateway stops' }
  if (signal.aborted) return { refused: 'the call was aborted' }
  if (!sessions.hasRoom()) return { refused: `${MAX_SESSIONS} commands are running; end one with the tool process` }

  const id = ids.token(6)
  const ownMark = `${mark}.${id}`
  const hasInput = isPty || params.background === true
  const child = spawned(line, cwd, ownMark, hasInput)
  if ('refused' in child) return child
  const { agentId, sessionKey } = context
  const scope = { agentId, sessionKey }
  const session = new ExecSession(child, { id, scope, command: params.command, isPty, mark: ownMark, clock })
  sessions.add(session)
  return session
}

/** In a process group of its own, so that it can be ended with all it starts. */
function spawned(line: CommandLine, cwd: string, mark: string, hasInput: boolean): ChildProcess | NotStarted {
  try {
    return spawn(line.program, line.args, {
      cwd,
      env: { ...line.env, PWD: cwd, [FAMILY_MARK]: mark },
      detached: true,
      // Programs that search their input when they have one would wait for ever on an open one.
      stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    })
  } catch (thrown) {
    if (!(thrown instanceof Error) || !('syscall' in thrown)) throw thrown
    return { refused: `the command could not be started: ${(thrown as NodeJS.ErrnoException).code}` }
  }
}

async function directoryOf(given: string, workspace: string): Promise<string | null> {
  const path = given === '~' || given.startsWith('~/') ? join(homedir(), given.slice(1)) : resolve(workspace, given)
  try {
    const real = await realpath(path)
    return (await stat(real)).isDirectory() ? real : null
  } catch (thrown) {
    if (thrown instanceof Error && 'syscall' in thrown) return null
    throw thrown
  }
}

function requestOf(
  command: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  searchPath: string,
  { agentId, sessionKey, runId, toolCallId, isOwner, channel, senderId }: ToolCallContext,
): ExecRequest {
  const sender = {
    ...(channel === undefined ? {} : { channel }),
    ...(senderId === undefined ? {} : { senderId }),
  }
  const caller = { agentId, sessionKey, runId, toolCallId, isOwner, ...sender }
  return { command, cwd, env, searchPath, host: 'gateway', ...caller }
}
