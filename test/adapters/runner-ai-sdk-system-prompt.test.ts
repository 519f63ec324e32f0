import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  MAX_FILE_CHARACTERS,
  MAX_PROMPT_CHARACTERS,
  WorkspacePrompts,
} from '../../src/adapters/runner-ai-sdk/system-prompt.js'

describe('WorkspacePrompts', () => {
  let workspace: string
  let prompts: WorkspacePrompts

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'mayros-prompt-'))
    prompts = new WorkspacePrompts()
  })

  afterEach(() => rm(workspace, { recursive: true }))

  it('is empty without files, and without a workspace', async () => {
    expect(await prompts.promptFor(workspace, undefined)).toBe('')
    expect(await prompts.promptFor(join(workspace, 'missing'), '  ')).toBe('')
  })

  it('puts every file under its heading, in a fixed order, then what is added', async () => {
    for (const name of ['USER.md', 'IDENTITY.md', 'SOUL.md', 'AGENTS.md'])
      await writeFile(join(workspace, name), `\uFEFFabout ${name}\n`)
    await writeFile(join(workspace, 'OTHER.md'), 'not read')
    expect(await prompts.promptFor(workspace, 'added')).toBe(
      '# AGENTS.md\n\nabout AGENTS.md\n\n# SOUL.md\n\nabout SOUL.md\n\n# IDENTITY.md\n\nabout IDENTITY.md\n\n# USER.md\n\nabout USER.md\n\nadded',
    )
  })

  it('notices changed, new and removed files', async () => {
    await writeFile(join(workspace, 'SOUL.md'), 'old')
    expect(await prompts.promptFor(workspace, undefined)).toContain('old')
    await writeFile(join(workspace, 'SOUL.md'), 'new')
    await utimes(join(workspace, 'SOUL.md'), 1_000, 1_000)
    await writeFile(join(workspace, 'USER.md'), 'someone')
    expect(await prompts.promptFor(workspace, undefined)).toBe('# SOUL.md\n\nnew\n\n# USER.md\n\nsomeone')
    await rm(join(workspace, 'SOUL.md'))
    expect(await prompts.promptFor(workspace, undefined)).toBe('# USER.md\n\nsomeone')
  })

  it('leaves out blank files and directories', async () => {
    await writeFile(join(workspace, 'SOUL.md'), ' \n ')
    await mkdir(join(workspace, 'AGENTS.md'))
    expect(await prompts.promptFor(workspace, undefined)).toBe('')
  })

  it('cuts what is too long, and says so', async () => {
    await writeFile(join(workspace, 'SOUL.md'), 'x'.repeat(MAX_FILE_CHARACTERS * 2))
    const prompt = await prompts.promptFor(workspace, undefined)
    expect(prompt.length).toBeLessThanOrEqual(MAX_FILE_CHARACTERS + '# SOUL.md\n\n'.length)
    expect(prompt).toMatch(/too long\.\]$/)
    expect(await prompts.promptFor(workspace, 'y'.repeat(MAX_PROMPT_CHARACTERS * 2))).toHaveLength(
      MAX_PROMPT_CHARACTERS,
    )
  })
})
