import { findProgram, findShell } from './find-program.js'

/** What is started for a command. */
export interface CommandLine {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Size of a terminal nobody looks at. */
const TERMINAL = { COLUMNS: '120', LINES: '40', TERM: 'xterm-256color' } as const

/** A command for the shell: bash where there is one. */
export async function shellLine(command: string, env: Readonly<Record<string, string>>): Promise<CommandLine> {
  return { program: await findShell(), args: ['-c', command], env }
}

/**
 * A command on a terminal of its own, which `script` makes: every Linux and macOS has that.
 * @returns null where there is none
 */
export async function terminalLine(
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<CommandLine | null> {
  const [shell, program] = await Promise.all([findShell(), findProgram('script', env.PATH ?? '')])
  if (program === null) return null
  const args =
    process.platform === 'darwin'
      ? ['-q', '/dev/null', shell, '-c', command]
      : ['-q', '-f', '-e', '-c', command, '/dev/null']
  return { program, args, env: { ...env, ...TERMINAL, SHELL: shell } }
}
