import { type Stats, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RunnerFailure } from '../../application/ports/agent-runner.js'

/** Files of a workspace that say who the agent is, in the order in which the model reads them. */
const PROMPT_FILES = ['AGENTS.md', 'SOUL.md', 'IDENTITY.md', 'USER.md'] as const

/** Characters taken of one file, and of everything together. */
export const MAX_FILE_CHARACTERS = 20_000
export const MAX_PROMPT_CHARACTERS = 150_000

const CUT_NOTE = '\n\n[The rest was left out because it is too long.]'

interface Remembered {
  readonly signature: string
  readonly prompt: string
}

/**
 * The system prompt of an agent, from the files of its workspace. Files are looked at for every run and read again only
 * after they changed.
 */
export class WorkspacePrompts {
  readonly #remembered = new Map<string, Remembered>()

  /**
   * Every file under a heading, then `extra`; empty when there is neither.
   * @throws RunnerFailure `format` when a file exists but cannot be read: an agent must not answer without its rules.
   */
  async promptFor(workspace: string, extra: string | undefined): Promise<string> {
    const prompt = await this.#fromFiles(workspace)
    const more = extra?.trim() ?? ''
    if (more === '') return prompt
    return cut(prompt === '' ? more : `${prompt}\n\n${more}`, MAX_PROMPT_CHARACTERS)
  }

  async #fromFiles(workspace: string): Promise<string> {
    const found = presentFiles(workspace)
    const signature = found.map(({ name, stats }) => `${name}:${stats.ino}:${stats.size}:${stats.mtimeMs}`).join('|')
    const remembered = this.#remembered.get(workspace)
    if (remembered?.signature === signature) return remembered.prompt
    const sections = await Promise.all(found.map(({ name }) => readSection(workspace, name)))
    const prompt = cut(sections.filter((section) => section !== '').join('\n\n'), MAX_PROMPT_CHARACTERS)
    this.#remembered.set(workspace, { signature, prompt })
    return prompt
  }
}

/** Synchronous on purpose: four such calls take microseconds, while a trip through the thread pool costs ten times that. */
function presentFiles(workspace: string): { readonly name: string; readonly stats: Stats }[] {
  return PROMPT_FILES.flatMap((name) => {
    const stats = statOf(workspace, name)
    return stats?.isFile() === true ? [{ name, stats }] : []
  })
}

function statOf(workspace: string, name: string): Stats | undefined {
  try {
    return statSync(join(workspace, name), { throwIfNoEntry: false })
  } catch (error) {
    throw unreadable(workspace, name, error)
  }
}

async function readSection(workspace: string, name: string): Promise<string> {
  try {
    const text = (await readFile(join(workspace, name), 'utf8')).replace(/^\uFEFF/, '').trim()
    return text === '' ? '' : `# ${name}\n\n${cut(text, MAX_FILE_CHARACTERS)}`
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw unreadable(workspace, name, error)
  }
}

function unreadable(workspace: string, name: string, error: unknown): RunnerFailure {
  const file = join(workspace, name)
  return new RunnerFailure('format', `cannot read ${file} (${codeOf(error)}); make it readable or remove it`)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}

function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text
  const kept = maxCharacters - CUT_NOTE.length
  return text.slice(0, kept) + CUT_NOTE
}
