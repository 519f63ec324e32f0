import type { Command } from 'commander'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { commandTree } from '../completion/command-tree.js'
import { completionScript, SHELLS, type Shell } from '../completion/scripts.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath } from '../render/words.js'

export interface CompletionFlags {
  readonly shell?: string
  readonly install?: boolean
}

/** Where shells look for completions of one user. */
const PLACES: Readonly<Record<Shell, string>> = {
  bash: '.local/share/bash-completion/completions/mayros',
  zsh: '.zfunc/_mayros',
  fish: '.config/fish/completions/mayros.fish',
  powershell: '.config/powershell/mayros.ps1',
}

/** `mayros completion`: the script on stdout, or in its place with `--install`. */
export async function completion(
  context: CommandContext,
  program: Command,
  named: string | undefined,
  flags: CompletionFlags,
): Promise<number> {
  const shell = shellOf(named ?? context.deps.env.SHELL)
  const script = completionScript(shell, commandTree(program))
  if (flags.install !== true) {
    if (context.json) context.printJson({ shell, script })
    else context.print(script)
    return exitCodes.ok
  }
  const { home } = await context.environment()
  const path = `${home}/${PLACES[shell]}`
  const isNew = await context.deps.writeText(path, script)
  if (context.json) context.printJson({ ok: true, shell, path, changed: isNew })
  else {
    context.print(`${isNew ? 'wrote' : 'kept'} ${shortPath(path, home)}`)
    if (shell === 'zsh')
      context.note('zsh reads it when ~/.zshrc has: fpath=(~/.zfunc $fpath); autoload -U compinit; compinit')
    if (shell === 'powershell') context.note(`PowerShell reads it when your $PROFILE has: . ${shortPath(path, home)}`)
  }
  return exitCodes.ok
}

function shellOf(name: string | undefined): Shell {
  const called = name?.split('/').at(-1)
  const shell = called === 'pwsh' ? 'powershell' : called
  const known = SHELLS.find((one) => one === shell)
  if (known !== undefined) return known
  throw new UsageFailure(
    `${shell === undefined ? '$SHELL is not set' : `no completion for ${shell}`}; name one: ${SHELLS.join(', ')}`,
  )
}
