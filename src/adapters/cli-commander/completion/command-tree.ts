import type { Command } from 'commander'

/** One command as shells complete it. */
export interface CommandNode {
  /** Words from the program's name on, without it; empty for the program itself. */
  readonly path: readonly string[]
  readonly description: string
  readonly commands: readonly CommandNode[]
  readonly options: readonly OptionNode[]
}

export interface OptionNode {
  readonly flags: readonly string[]
  readonly description: string
  readonly takesValue: boolean
}

/** Every command with its flags, those of the whole program included. Hidden flags stay hidden. */
export function commandTree(program: Command): CommandNode {
  const globals = optionsOf(program)
  return nodeOf(program, [], globals)
}

/** All nodes, parents first. */
export function allNodes(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(allNodes)]
}

function nodeOf(command: Command, path: readonly string[], globals: readonly OptionNode[]): CommandNode {
  const own = path.length === 0 ? [] : optionsOf(command)
  const known = new Set(own.flatMap(({ flags }) => flags))
  return {
    path,
    description: command.description(),
    commands: command.commands.map((child) => nodeOf(child, [...path, child.name()], globals)),
    options: [...own, ...globals.filter(({ flags }) => !flags.some((flag) => known.has(flag)))],
  }
}

function optionsOf(command: Command): OptionNode[] {
  const help: OptionNode = { flags: ['-h', '--help'], description: 'help of this command', takesValue: false }
  const given = command.options.filter(({ hidden }) => !hidden)
  return [
    ...given.map(({ short, long, description, required, optional }) => ({
      flags: [short, long].filter((flag) => flag != null),
      description,
      takesValue: required || optional,
    })),
    help,
  ]
}
