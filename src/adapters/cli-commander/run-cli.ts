import { type Command, CommanderError } from 'commander'
import { Failure } from '../../domain/failure.js'
import type { CliDeps } from './cli-deps.js'
import { CliFailure, UsageFailure } from './cli-failure.js'
import { exitCodes } from './exit-codes.js'
import { createProgram } from './program.js'
import { failureDocument, failureLines } from './render/failure.js'
import { usageText } from './usage-text.js'

/** Longest time a timer of Node can wait. */
const FOR_EVER_MS = 2 ** 31 - 1

/**
 * Runs one command line to its exit code. Never rejects.
 * @param argv what stands behind the program's name
 */
export async function runCli(argv: readonly string[], deps: CliDeps): Promise<number> {
  let exitCode: number = exitCodes.ok
  let errorOutput = ''
  const program = createProgram(deps, (code) => {
    exitCode = code
  })
  configure(program, deps, (text) => {
    errorOutput += text
  })
  // Timers of the application let the process end; a command that is under way must not be cut short by that.
  const keepAlive = setInterval(() => undefined, FOR_EVER_MS)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return deps.stdout.closed ? exitCodes.ok : exitCode
  } catch (thrown) {
    if (deps.stdout.closed) return exitCodes.ok
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.ok
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') {
      deps.stdout.write(errorOutput)
      return exitCodes.ok
    }
    return report(asFailure(thrown), argv, deps)
  } finally {
    clearInterval(keepAlive)
  }
}

/** Every command writes where we say, and throws where it would end the process. */
function configure(command: Command, deps: CliDeps, error: (text: string) => void): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => deps.stdout.write(text),
    writeErr: error,
    outputError: () => undefined,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  })
  for (const child of command.commands) configure(child, deps, error)
}

function asFailure(thrown: unknown): unknown {
  if (thrown instanceof CommanderError) return new UsageFailure(usageText(thrown))
  if (thrown instanceof CliFailure || !(thrown instanceof Failure)) return thrown
  return thrown.code === 'usage' ? new UsageFailure(thrown.message) : thrown
}

function report(failure: unknown, argv: readonly string[], deps: CliDeps): number {
  const words = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length)
  const level =
    words[words.indexOf('--log-level') + 1] ?? words.find((word) => word.startsWith('--log-level='))?.slice(12)
  const wantsStack = words.some((word) => word.startsWith('--log-level')) && (level === 'debug' || level === 'trace')
  if (words.includes('--json')) deps.stdout.write(`${JSON.stringify(failureDocument(failure))}\n`)
  deps.stderr.write(`${failureLines(failure, wantsStack).join('\n')}\n`)
  return failure instanceof CliFailure ? failure.exitCode : exitCodes.failed
}
