import { execFile, execFileSync } from 'node:child_process'

/** What a small program printed. `missing`: it is not installed. */
export interface ProgramOutcome {
  readonly stdout: string
  readonly exitCode: number
  readonly missing: boolean
}

const TIMEOUT_MS = 5000
const ENV = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }

/** Never rejects: lsof ends with 1 when it found nothing. */
export function runProgram(file: string, args: readonly string[]): Promise<ProgramOutcome> {
  return new Promise((resolve) => {
    execFile(file, [...args], { timeout: TIMEOUT_MS, env: ENV, maxBuffer: 8 << 20 }, (error, stdout) => {
      const code = (error as NodeJS.ErrnoException | null)?.code as string | number | undefined
      resolve({
        stdout,
        exitCode: typeof code === 'number' ? code : error === null ? 0 : 1,
        missing: code === 'ENOENT',
      })
    })
  })
}

/** What a small program printed, waited for; empty when it failed. */
export function runProgramNow(file: string, args: readonly string[]): string {
  try {
    return execFileSync(file, [...args], {
      timeout: TIMEOUT_MS,
      env: ENV,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch (thrown) {
    if (thrown instanceof Error) return ''
    throw thrown
  }
}
