import { readShell, type ShellWord } from './shell-words.js'

/** One command to be judged: what really runs, and what it is wrapped in. */
export interface PlainCommand {
  /** As written: a name to look up, or a path. */
  readonly program: string
  readonly args: readonly ShellWord[]
  /** Programs that only start it (`nohup`, `timeout 5`), as written. */
  readonly wrappers: readonly string[]
}

export type CommandReading =
  | { readonly kind: 'plain'; readonly commands: readonly PlainCommand[] }
  | { readonly kind: 'opaque'; readonly because: string }

/** Words that are no programs, or that make something else of the words behind them. */
const SHELL_WORDS: ReadonlySet<string> = new Set(
  (
    '! [[ { } if then else elif fi for while until do done case esac select function time coproc in ' +
    '. source eval exec command builtin trap alias unalias set unset export declare typeset local readonly hash enable ' +
    'shopt let read readarray mapfile cd pushd popd dirs bind complete compgen fc history jobs fg bg disown wait ulimit ' +
    'umask getopts shift return break continue exit logout suspend caller type test'
  ).split(' '),
)

/** Programs that run others, whose words cannot be told apart from theirs. */
const RUNNERS: ReadonlySet<string> = new Set(
  (
    'sudo doas su runuser pkexec xargs parallel setsid stdbuf ionice chrt taskset chroot unshare nsenter setpriv ' +
    'systemd-run script watch strace ltrace gdb flock busybox toybox at batch crontab ssh expect'
  ).split(' '),
)

const SHELL = /^(?:r?ba|da|z|k|mk|pdk|a|c|tc|fi|ya|po)?sh(?:[-.\d]*)$|^(?:pwsh|powershell)/
const FIND_RUNS: ReadonlySet<string> = new Set(['-exec', '-execdir', '-ok', '-okdir'])
const MAX_WRAPPERS = 8

/** Reads a command line, or words that no shell will see. */
export function readCommand(given: string | readonly string[]): CommandReading {
  if (typeof given !== 'string') return unwrapAll([given.map((text) => ({ text, expands: false }))])
  const reading = readShell(given)
  return reading.kind === 'opaque' ? reading : unwrapAll(reading.commands)
}

/** Why a program may not be judged by its name; also asked about the file that the name stands for. */
export function whyUnclear(program: string, args: readonly ShellWord[]): string | null {
  const name = program.slice(program.lastIndexOf('/') + 1)
  const first = args[0]
  if (SHELL_WORDS.has(name)) return `${name} belongs to the shell`
  if (RUNNERS.has(name)) return `${name} runs other commands`
  if (SHELL.test(name) && (first === undefined || first.expands || /^(?:[-+]|$)/.test(first.text))) {
    return `${name} runs whatever it is given`
  }
  // Some shells run what stands in the name of a variable: printf -v 'a[$(id)]', test -v 'a[$(id)]'.
  if (name === 'printf' && first?.text.startsWith('-') !== false) return 'printf may set variables of the shell'
  if (name === 'find' && args.some(({ text, expands }) => expands || FIND_RUNS.has(text))) {
    return 'find may run other commands'
  }
  return null
}

function unwrapAll(all: readonly (readonly ShellWord[])[]): CommandReading {
  const commands: PlainCommand[] = []
  for (const words of all) {
    const command = unwrap(words)
    if (typeof command === 'string') return { kind: 'opaque', because: command }
    commands.push(command)
  }
  return { kind: 'plain', commands }
}

/** What really runs; a text says why that is unclear. */
function unwrap(words: readonly ShellWord[]): PlainCommand | string {
  const wrappers: string[] = []
  for (let rest = words; wrappers.length <= MAX_WRAPPERS; ) {
    const [head, ...args] = rest
    if (head === undefined || head.text === '') return 'a command is missing'
    if (head.expands) return 'the shell decides which program runs'
    if (head.text.includes('=')) return 'it sets variables of the environment'
    const inner = innerWords(head.text, args)
    if (inner === null) {
      const because = whyUnclear(head.text, args)
      return because ?? { program: head.text, args, wrappers }
    }
    if (typeof inner === 'string') return inner
    wrappers.push(head.text)
    rest = inner
  }
  return 'too many programs start one another'
}

/** The words that a wrapper starts; null when it is none, a text when it is used in a way that is unclear. */
function innerWords(program: string, args: readonly ShellWord[]): readonly ShellWord[] | string | null {
  const name = program.slice(program.lastIndexOf('/') + 1)
  const first = args[0]
  const isOption = first === undefined || first.expands || first.text.startsWith('-')
  switch (name) {
    case 'nohup':
    case 'nice':
    case 'env':
      return isOption ? `${name} may do more than start a program` : args
    case 'timeout':
      return isOption || !/^\d+(?:\.\d+)?[smhd]?$/.test(first.text) ? 'timeout is used with options' : args.slice(1)
    default:
      return null
  }
}
