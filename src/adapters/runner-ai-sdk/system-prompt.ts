import { type Stats, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RunnerFailure } from '../../application/ports/agent-runner.js'

/** Files of a workspace that say who the agent is, in the order in which the model reads them. */
const PROMPT_FILES = ['AGENTS.md', 'SOUL.md', 'IDENTITY.md', 'USER.md'] as const

/** How much of the files of a workspace the model reads, in characters. */
export interface PromptLimits {
  /** `agents.defaults.bootstrapMaxChars`: of one file. */
  readonly file: number
  /** `agents.defaults.bootstrapTotalMaxChars`: of all files together, headings and notes included. */
  readonly total: number
}

/** What holds where nobody says anything else. */
export const USUAL_LIMITS: PromptLimits = { file: 20_000, total: 150_000 }

/** Most characters of what a caller adds for one run. */
export const MAX_EXTRA_CHARACTERS = 150_000

interface Remembered {
  readonly signature: string
  readonly prompt: string
}

/**
 * The system prompt of an agent, from the files of its workspace. Files are looked at for every run and read again only
 * after they changed.
 */
export class WorkspacePrompts {
  readonly #limits: () => PromptLimits
  readonly #remembered = new Map<string, Remembered>()

  /** @param limits asked for at every run */
  constructor(limits: () => PromptLimits = () => USUAL_LIMITS) {
    this.#limits = limits
  }

  /**
   * Every file under a heading, then `extra`; empty when there is neither. What is longer than the limits is cut, and a
   * note stands where it was.
   * @throws RunnerFailure `format` when a file exists but cannot be read: an agent must not answer without its rules.
   */
  async promptFor(workspace: string, extra: string | undefined): Promise<string> {
    const prompt = await this.#fromFiles(workspace)
    const more = extra?.trim() ?? ''
    if (more === '') return prompt
    const added = cut(more, MAX_EXTRA_CHARACTERS, 'The rest')
    return prompt === '' ? added : `${prompt}\n\n${added}`
  }

  async #fromFiles(workspace: string): Promise<string> {
    const found = presentFiles(workspace)
    const limits = this.#limits()
    const files = found.map(({ name, stats }) => `${name}:${stats.ino}:${stats.size}:${stats.mtimeMs}`).join('|')
    const signature = `${limits.file}:${limits.total}|${files}`
    const remembered = this.#remembered.get(workspace)
    if (remembered?.signature === signature) return remembered.prompt
    const sections = await Promise.all(found.map(({ name }) => readSection(workspace, name, limits.file)))
    const prompt = cut(
      sections.filter((section) => section !== '').join('\n\n'),
      limits.total,
      'The rest of these files',
    )
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

async function readSection(workspace: string, name: string, limit: number): Promise<string> {
  try {
    const text = (await readFile(join(workspace, name), 'utf8')).replace(/^\uFEFF/, '').trim()
    return text === '' ? '' : `# ${name}\n\n${cut(text, limit, `The rest of ${name}`)}`
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

/** The note counts; where not even that fits, it stands alone, since a silent cut would hide that rules are missing. */
function cut(text: string, maxCharacters: number, what: string): string {
  if (text.length <= maxCharacters) return text
  const note = `[${what} was left out because it is too long.]`
  const kept = wholeCharacters(text, maxCharacters - note.length - 2)
  return kept === '' ? note : `${kept}\n\n${note}`
}

/** Never half of a surrogate pair. */
function wholeCharacters(text: string, length: number): string {
  const kept = text.slice(0, Math.max(0, length))
  return /[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept
}
