import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAX_EXTRA_CHARACTERS, USUAL_LIMITS, WorkspacePrompts } from '../../src/adapters/runner-ai-sdk/system-prompt.js'

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

  it('cuts a file that is too long, and says which', async () => {
    await writeFile(join(workspace, 'SOUL.md'), 'x'.repeat(USUAL_LIMITS.file * 2))
    const prompt = await prompts.promptFor(workspace, undefined)
    expect(prompt).toHaveLength(USUAL_LIMITS.file + '# SOUL.md\n\n'.length)
    expect(prompt).toMatch(/\n\n\[The rest of SOUL\.md was left out because it is too long\.\]$/)
  })

  it('cuts what is added by itself', async () => {
    const prompt = await prompts.promptFor(workspace, 'y'.repeat(MAX_EXTRA_CHARACTERS * 2))
    expect(prompt).toHaveLength(MAX_EXTRA_CHARACTERS)
    expect(prompt).toMatch(/\[The rest was left out because it is too long\.\]$/)
  })

  it('obeys limits that change, for one file and for all, without losing what is added', async () => {
    const limits = { file: 100, total: 1_000 }
    const limited = new WorkspacePrompts(() => limits)
    for (const name of ['AGENTS.md', 'SOUL.md']) await writeFile(join(workspace, name), '\u{1f600}'.repeat(100))
    const both = await limited.promptFor(workspace, undefined)
    expect(both).toContain('[The rest of AGENTS.md was left out because it is too long.]')
    expect(both).toContain('[The rest of SOUL.md was left out because it is too long.]')
    expect(both).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/)
    limits.total = 120
    const short = await limited.promptFor(workspace, 'added')
    expect(short).toMatch(/\n\n\[The rest of these files was left out because it is too long\.\]\n\nadded$/)
    expect(short.length).toBeLessThanOrEqual(limits.total + '\n\nadded'.length)
    limits.total = 0
    expect(await limited.promptFor(workspace, undefined)).toBe(
      '[The rest of these files was left out because it is too long.]',
    )
  })
})
