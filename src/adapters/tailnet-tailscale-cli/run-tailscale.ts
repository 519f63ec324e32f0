import { execFile } from 'node:child_process'

/** How a call of the program ended. `output` is everything it said, for people; `stdout` is for parsing. */
export interface TailscaleOutcome {
  readonly kind: 'done' | 'failed' | 'timeout' | 'missing'
  readonly stdout: string
  readonly output: string
}

/** More than any answer has; a program that says more is broken. */
const MAX_OUTPUT_BYTES = 1024 * 1024
/** What the program needs of our environment. The rest may hold secrets, and stays here. */
const PASSED_ON = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_RUNTIME_DIR'] as const

export interface TailscaleCall {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs: number
}

/** Runs the program without a shell and without a terminal, so it can ask nobody anything. Never rejects. */
export function runTailscale({ program, args, env, timeoutMs }: TailscaleCall): Promise<TailscaleOutcome> {
  const options = {
    timeout: timeoutMs,
    killSignal: 'SIGKILL' as const,
    maxBuffer: MAX_OUTPUT_BYTES,
    encoding: 'utf8' as const,
    windowsHide: true,
    // The program of the macOS application asks this variable whether it is called as a command.
    env: { ...Object.fromEntries(PASSED_ON.map((name) => [name, env[name]])), LC_ALL: 'C', TAILSCALE_BE_CLI: '1' },
  }
  return new Promise((resolve) => {
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      resolve({ kind: kindOf(error), stdout, output: `${stderr}\n${stdout}`.trim() })
    })
    child.stdin?.on('error', () => child.stdin?.destroy())
    child.stdin?.end()
  })
}

function kindOf(error: (Error & { code?: unknown; killed?: unknown }) | null): TailscaleOutcome['kind'] {
  if (error === null) return 'done'
  if (error.code === 'ENOENT' || error.code === 'EACCES') return 'missing'
  return error.killed === true && error.code !== 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' ? 'timeout' : 'failed'
}
