import { allNodes, type CommandNode } from './command-tree.js'

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const

export type Shell = (typeof SHELLS)[number]

/** The completion script of a shell; it asks nobody when it runs. */
export function completionScript(shell: Shell, tree: CommandNode): string {
  return SCRIPTS[shell](tree)
}

const SCRIPTS: Readonly<Record<Shell, (tree: CommandNode) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
}

function bashScript(tree: CommandNode): string {
  return `${[
    '# completion of mayros for bash',
    '_mayros() {',
    '  local word path="" words=""',
    '  local current="$' + '{COMP_WORDS[COMP_CWORD]}"',
    '  for word in "$' + '{COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "$path $word" in',
    ...pathCases(tree).map((line) => `      ${line}`),
    '    esac',
    '  done',
    '  case "$path" in',
    ...allNodes(tree).map(({ path, commands, options }) => {
      const words = [...commands.map((child) => child.path.at(-1)), ...options.flatMap(({ flags }) => flags)]
      return `    ${quoted(path.join(' '))}) words=${quoted(words.join(' '))} ;;`
    }),
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _mayros mayros',
  ].join('\n')}\n`
}

/** Follows the words that name a command; everything else on the line leaves the path as it is. */
function pathCases(tree: CommandNode): string[] {
  return allNodes(tree)
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => {
      const before = path.slice(0, -1).join(' ')
      return `${quoted(`${before} ${path.at(-1)}`)}) path=${quoted(path.join(' '))} ;;`
    })
}

function zshScript(tree: CommandNode): string {
  return `${[
    '#compdef mayros',
    '# completion of mayros for zsh',
    '_mayros() {',
    '  local word mayros_path=""',
    '  local -a found',
    '  for word in "$' + '{(@)words[2,CURRENT-1]}"; do',
    '    case "$mayros_path $word" in',
    ...pathCases(tree).map((line) => `      ${line.replace(' path=', ' mayros_path=')}`),
    '    esac',
    '  done',
    '  case "$mayros_path" in',
    ...allNodes(tree).map(({ path, commands, options }) => {
      const found = [
        ...commands.map((child) => described(child.path.at(-1) ?? '', child.description)),
        ...options.flatMap(({ flags, description }) => flags.map((flag) => described(flag, description))),
      ]
      return `    ${quoted(path.join(' '))}) found=(${found.join(' ')}) ;;`
    }),
    '  esac',
    "  _describe 'mayros' found",
    '  _files',
    '}',
    'if [ "$funcstack[1]" = "_mayros" ]; then _mayros "$@"; else compdef _mayros mayros; fi',
  ].join('\n')}\n`
}

function described(word: string, description: string): string {
  return quoted(`${word.replaceAll(':', '\\:')}:${description}`)
}

function fishScript(tree: CommandNode): string {
  return `${[
    '# completion of mayros for fish',
    'function __mayros_at',
    '  set -l path',
    '  for word in (commandline -opc)[2..]',
    '    switch (string join " " -- $path $word)',
    ...allNodes(tree)
      .filter(({ path }) => path.length > 0)
      .map(({ path }) => `      case ${quoted(path.join(' '))}; set path ${path.map(quoted).join(' ')}`),
    '    end',
    '  end',
    '  test (string join " " -- $path) = "$argv"',
    'end',
    ...allNodes(tree).flatMap(fishLines),
  ].join('\n')}\n`
}

function fishLines({ path, commands, options }: CommandNode): string[] {
  const at = `complete -c mayros -n ${quoted(`__mayros_at ${path.join(' ')}`.trim())}`
  return [
    ...commands.map((child) => `${at} -f -a ${quoted(child.path.at(-1) ?? '')} -d ${quoted(child.description)}`),
    ...options.map(({ flags, description, takesValue }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
      return `${at} ${names.join(' ')}${takesValue ? ' -r' : ''} -d ${quoted(description)}`
    }),
  ]
}

function powershellScript(tree: CommandNode): string {
  return `${[
    '# completion of mayros for PowerShell',
    'Register-ArgumentCompleter -Native -CommandName mayros -ScriptBlock {',
    '  param($wordToComplete, $commandAst, $cursorPosition)',
    '  $known = @{',
    ...allNodes(tree).map(({ path, commands, options }) => {
      const found = [
        ...commands.map((child) => [child.path.at(-1) ?? '', child.description] as const),
        ...options.flatMap(({ flags, description }) => flags.map((flag) => [flag, description] as const)),
      ]
      const words = found.map(([word, about]) => `@(${powershellQuoted(word)}, ${powershellQuoted(about || word)})`)
      return `    ${powershellQuoted(path.join(' '))} = @(${words.map((word) => `,${word}`).join('; ')})`
    }),
    '  }',
    "  $path = ''",
    '  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {',
    '    if ($element.Extent.EndOffset -ge $cursorPosition) { break }',
    '    $next = "$path $($element.ToString())".Trim()',
    '    if ($known.ContainsKey($next)) { $path = $next }',
    '  }',
    '  $known[$path] | Where-Object { $_[0].StartsWith($wordToComplete) } | ForEach-Object {',
    "    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])",
    '  }',
    '}',
  ].join('\n')}\n`
}

function powershellQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
