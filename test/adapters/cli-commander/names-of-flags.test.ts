import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CliDeps } from '../../../src/adapters/cli-commander/cli-deps.js'
import { allNodes, commandTree } from '../../../src/adapters/cli-commander/completion/command-tree.js'
import { createProgram } from '../../../src/adapters/cli-commander/program.js'
import { CliStage } from '../../doubles/cli-stage.js'

const tree = commandTree(createProgram({ version: '' } as CliDeps))
const nodes = allNodes(tree)
const globals = new Set(tree.options.flatMap(({ flags }) => flags))
const page = readFileSync('docs/cli.md', 'utf8')

/** Flags that a help text names in its list of options. */
function flagsOfHelp(text: string): Set<string> {
  const options = text.slice(text.indexOf('Options:')).split(/\n\n/)[0] ?? ''
  return new Set([...options.matchAll(/^ {2}(?:(-\w), )?(--[a-z0-9-]+)|^ {2}(-\w)\b/gm)].flatMap(found))
}

/** Flags that stand in the table of a command of the page. */
function flagsOfPage(path: readonly string[]): Set<string> {
  const title = path.length === 0 ? '## Flags of every command' : `### ${['mayros', ...path].join(' ')}`
  const at = page
    .split('\n')
    .findIndex((line) => line === title || line.startsWith(`${title} \\<`) || line.startsWith(`${title} [`))
  if (at < 0) throw new Error(`docs/cli.md has no section "${title}": npm run docs`)
  const rest = page.split('\n').slice(at + 1)
  const end = rest.findIndex((line) => line.startsWith('#'))
  const section = rest.slice(0, end < 0 ? rest.length : end).join('\n')
  return new Set([...section.matchAll(/^\| `(?:(-\w), )?(--[a-z0-9-]+)/gm)].flatMap(found))
}

function found([, short, long, alone]: RegExpMatchArray): string[] {
  return [short, long, alone].filter((flag) => flag !== undefined)
}

const own = (flags: Iterable<string>) => [...flags].filter((flag) => !globals.has(flag)).sort()

describe('help, completion and docs name the same flags', () => {
  it.each(nodes.filter(({ path }) => path.length > 0).map((node) => [node.path.join(' '), node] as const))(
    'mayros %s',
    async (_, { path, options }) => {
      const { stdout, exitCode } = await new CliStage().run(...path, '--help')
      expect(exitCode).toBe(0)
      const completed = own(options.flatMap(({ flags }) => flags))
      expect(own(flagsOfHelp(stdout))).toEqual(completed)
      expect(own(flagsOfPage(path))).toEqual(completed)
    },
  )

  it('and of all commands together', async () => {
    const { stdout } = await new CliStage().run('--help')
    const completed = [...globals].sort()
    expect([...flagsOfHelp(stdout)].sort()).toEqual(completed)
    expect([...flagsOfPage([]), '-h', '--help'].sort()).toEqual(completed)
  })

  it('the page has no command that is not there', () => {
    const titles = [...page.matchAll(/^### mayros ([^\\[\n]+)/gm)].map(([, words = '']) => words.trim())
    expect(titles.sort()).toEqual(nodes.flatMap(({ path }) => (path.length === 0 ? [] : [path.join(' ')])).sort())
  })
})
