import { execFile } from 'node:child_process'

/** How a call ended. `output` is everything it said, for people. */
export interface ProgramOutcome {
  readonly kind: 'done' | 'failed' | 'timeout' | 'missing'
  readonly stdout: string
  readonly output: string
}

/** What the program of launchd need of our environment. The rest may hold secrets, and stays here. */
const PASSED_ON = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR']
const MAX_OUTPUT_BYTES = 1024 * 1024

/** Runs a program without a shell and without a terminal, so that it can ask nobody anything. Never rejects. */
export function runProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  timeoutMs: number,
): Promise<ProgramOutcome> {
  const options = {
    timeout: timeoutMs,
    killSignal: 'SIGKILL' as const,
    maxBuffer: MAX_OUTPUT_BYTES,
    encoding: 'utf8' as const,
    env: { ...Object.fromEntries(PASSED_ON.map((name) => [name, env[name]])), LC_ALL: 'C', TZ: 'UTC' },
  }
  return new Promise((resolve) => {
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      resolve({ kind: kindOf(error), stdout, output: `${stderr}\n${stdout}`.trim() })
    })
    child.stdin?.on('error', () => child.stdin?.destroy())
    child.stdin?.end()
  })
}

function kindOf(error: (Error & { code?: unknown; killed?: unknown }) | null): ProgramOutcome['kind'] {
  if (error === null) return 'done'
  if (error.code === 'ENOENT' || error.code === 'EACCES') return 'missing'
  return error.killed === true ? 'timeout' : 'failed'
}
