import { afterEach, describe, expect, it } from 'vitest'
import { additionEdits, changeEdits, removalEdits } from '../../../src/application/agents/agent-edits.js'
import type { ConfigEdit } from '../../../src/application/ports/config-source.js'
import { ConfigDirectory } from '../../adapters/config-json5/config-directory.js'

let directory: ConfigDirectory

afterEach(() => directory.remove())

/** The text of a file after the edits that fit it. */
async function edited(text: string, plan: (resolved: unknown) => readonly ConfigEdit[]): Promise<string> {
  directory = await ConfigDirectory.create({ 'mayros.json': text })
  const source = directory.source()
  await source.edit(plan((await source.read()).resolved))
  return directory.text()
}

const TEXT = `// ours
{
  agents: {
    list: [
      { id: "main" }, // stays
      /* goes */ { id: "ops", model: { primary: "openai/a", fallbacks: ["openai/b"] } },
    ],
  },
  bindings: [
    { agentId: "main", match: { channel: "irc" } }, // first
    { agentId: "Ops", match: { channel: "slack" } },
  ],
}
`

describe('in a file with remarks', () => {
  it('an agent is added as one more line', async () => {
    const text = await edited(TEXT, (resolved) => additionEdits(resolved, 'new', { name: 'New' }))
    const added = text.split('\n').filter((line) => !TEXT.split('\n').includes(line))
    expect(added.join('\n')).toContain('"new"')
    for (const line of TEXT.split('\n')) expect(text).toContain(line)
  })

  it('a change touches one value', async () => {
    const text = await edited(TEXT, (resolved) => changeEdits(resolved, 'OPS', { model: 'openai/c' }))
    expect(text).toBe(TEXT.replace('openai/a', 'openai/c'))
  })

  it('an agent goes with its bindings', async () => {
    const text = await edited(TEXT, (resolved) => removalEdits(resolved, 'ops').edits)
    for (const kept of ['// ours', '{ id: "main" }, // stays', 'match: { channel: "irc" } }, // first']) {
      expect(text).toContain(kept)
    }
    expect(text.toLowerCase()).not.toContain('"ops"')
  })

  it('an agent of an included file is changed there', async () => {
    directory = await ConfigDirectory.create({
      'mayros.json': '{ agents: { $include: "agents.json5" } }',
      'agents.json5': '{ list: [{ id: "main" } /* here */] }',
    })
    const source = directory.source()
    await source.edit(additionEdits((await source.read()).resolved, 'ops', {}))
    expect(await directory.text()).toBe('{ agents: { $include: "agents.json5" } }')
    expect(await directory.text('agents.json5')).toContain('/* here */')
    expect((await source.read()).config?.agents.list?.map(({ id }) => id)).toEqual(['main', 'ops'])
  })
})
