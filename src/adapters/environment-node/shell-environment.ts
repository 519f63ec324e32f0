import { spawn } from 'node:child_process'
import { isAbsolute } from 'node:path'

/** What a shell prints before it is given up. */
const MOST_BYTES = 4 * 1024 * 1024
/** How long after the end of the shell the rest of what it printed is read. */
const DRAIN_MS = 200

/** What asking the login shell brought. */
export interface ShellEnvironment {
  /** Only what was asked for. */
  readonly variables: Readonly<Record<string, string>>
  /** Why the shell did not answer; null = it did. Never values. */
  readonly problem: string | null
}

export interface ShellQuestion {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly names: readonly string[]
  readonly timeoutMs: number
}

/**
 * Asks the login shell of this account (`SHELL`, else `/bin/sh`) which of these variables its start-up files set. Whatever
 * else they do or print is of no account. Never rejects.
 */
export async function readShellEnvironment({ env, names, timeoutMs }: ShellQuestion): Promise<ShellEnvironment> {
  const named = env.SHELL?.trim() ?? ''
  const shell = isAbsolute(named) ? named : '/bin/sh'
  const { text, problem } = await printedBy(shell, env, timeoutMs)
  return { variables: problem === null ? chosen(text, names) : {}, problem }
}

/** The mark tells the variables apart from what the start-up files print. */
const MARK = '\0mayros-environment\0'

function chosen(text: string, names: readonly string[]): Record<string, string> {
  const wanted = new Set(names)
  const start = text.lastIndexOf(MARK)
  if (start === -1) return {}
  const lines = text.slice(start + MARK.length).split('\0')
  return Object.fromEntries(
    lines.flatMap((line) => {
      const end = line.indexOf('=')
      const [name, value] = [line.slice(0, Math.max(0, end)), line.slice(end + 1)]
      return wanted.has(name) && value !== '' ? [[name, value]] : []
    }),
  )
}

function printedBy(
  shell: string,
  env: Readonly<Record<string, string | undefined>>,
  timeoutMs: number,
): Promise<{ readonly text: string; readonly problem: string | null }> {
  return new Promise((resolve) => {
    const command = "printf '\\0mayros-environment\\0'; env -0"
    const child = spawn(shell, ['-l', '-c', command], {
      env: env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    })
    const chunks: Buffer[] = []
    let size = 0
    let problem: string | null = null
    const giveUp = (why: string) => {
      problem ??= why
      endGroup(child.pid)
    }
    const late = setTimeout(() => giveUp(`${shell} did not answer within ${timeoutMs} ms`), timeoutMs)
    const end = () => {
      clearTimeout(late)
      resolve({ text: Buffer.concat(chunks).toString('utf8'), problem })
    }
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MOST_BYTES) giveUp(`${shell} prints too much`)
      else chunks.push(chunk)
    })
    child.once('error', (error: NodeJS.ErrnoException) => {
      problem ??= `${shell} cannot be run (${error.code ?? error.message})`
      end()
    })
    child.once('exit', (code, signal) => {
      if (code !== 0) problem ??= `${shell} ended with ${signal ?? `code ${code}`}`
      // What the start-up files left running may hold the pipe open for ever; all that counts is written.
      setTimeout(() => child.stdout.destroy(), problem === null ? DRAIN_MS : 0)
    })
    child.once('close', end)
  })
}

/** The shell and whatever its start-up files started. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown
  }
}
