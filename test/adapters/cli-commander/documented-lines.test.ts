import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CliDeps } from '../../../src/adapters/cli-commander/cli-deps.js'
import { allNodes, commandTree } from '../../../src/adapters/cli-commander/completion/command-tree.js'
import { createProgram } from '../../../src/adapters/cli-commander/program.js'

const tree = commandTree(createProgram({ version: '' } as CliDeps))
const nodes = allNodes(tree)
const everywhere = new Set(['--help', '-h', '--version', ...tree.options.flatMap(({ flags }) => flags)])

/** Lines of shell blocks that run our command, as a reader would copy them. */
function linesOf(page: string): readonly string[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```(?:sh|bash|console)\n([\s\S]*?)^```/gm)]
  const lines = blocks.flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').split('\n'))
  return lines
    .map((line) => line.replace(/\s#.*$/, '').trim())
    .filter((line) => /^(?:\$ |[A-Z_]+=\S+ )*mayros\s/.test(line))
}

/** What is wrong with a line; null = that command exists, with those flags. */
function problemOf(line: string): string | null {
  const words = line
    .replace(/^.*?\bmayros\s+/, '')
    .split(/\s(?:\||&&|>|<)\s?/)[0]!
    .replaceAll(/'[^']*'|"[^"]*"/g, 'quoted')
    .split(/\s+/)
    .filter((word) => word !== '')
  const path: string[] = []
  for (const word of words) {
    if (nodes.some((node) => node.path.join(' ') === [...path, word].join(' '))) path.push(word)
  }
  // `mayros gateway` alone runs it.
  if (path.join(' ') === 'gateway') path.push('run')
  const node = nodes.find((one) => one.path.join(' ') === path.join(' '))
  if (node === undefined || path.length === 0) return `no command in: ${line}`
  const known = new Set([...everywhere, ...node.options.flatMap(({ flags }) => flags)])
  const unknown = words.filter((word) => /^--?[a-z]/.test(word)).filter((word) => !known.has(word.split('=')[0]!))
  return unknown.length === 0 ? null : `${unknown.join(' ')} is no flag of ${path.join(' ')}: ${line}`
}

const documents = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md') && path !== 'cli.md')
  .map((path) => `docs/${path}`)
const pages = ['README.md', ...documents.sort()]

describe('command lines of the documents', () => {
  it('are commands that exist, with flags that they take', () => {
    const lines = pages.flatMap((page) => linesOf(page).map((line) => ({ page, line })))
    expect(lines.length).toBeGreaterThan(50)
    const wrong = lines.flatMap(({ page, line }) => {
      const problem = problemOf(line)
      return problem === null ? [] : [`${page}: ${problem}`]
    })
    expect(wrong).toEqual([])
  })
})
