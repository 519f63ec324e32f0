import { describe, expect, it } from 'vitest'
import { ClackPrompts } from '../../src/adapters/prompts-clack/clack-prompts.js'
import { PromptsCancelled } from '../../src/application/ports/prompts.js'
import { DOWN, INTERRUPT, RETURN, TypingStreams } from '../doubles/typing-streams.js'

function typing() {
  const streams = new TypingStreams()
  return { streams, prompts: new ClackPrompts(streams) }
}

const OPTIONS = [
  { value: 'a', label: 'First' },
  { value: 'b', label: 'Second', hint: 'a hint' },
] as const

describe('ClackPrompts', () => {
  it('lets choose, beginning at the proposal', async () => {
    const { streams, prompts } = typing()
    streams.when('Which?', RETURN)
    expect(await prompts.choose({ message: 'Which?', options: OPTIONS, initial: 'b' })).toBe('b')
    streams.when('Which?', DOWN + RETURN)
    expect(await prompts.choose({ message: 'Which?', options: OPTIONS })).toBe('b')
    expect(streams.shown).toContain('a hint')
  })

  it('does not believe a terminal that says it is 0 wide', () => {
    const streams = new TypingStreams()
    Object.assign(streams.output, { columns: 0, rows: 0 })
    new ClackPrompts(streams).tell('Title', ['a line of some length'])
    expect(streams.shown).toContain('a line of some length')
  })

  it('asks yes or no', async () => {
    const { streams, prompts } = typing()
    streams.when('Sure?', 'y').when('Sure?', RETURN)
    expect(await prompts.confirm('Sure?', false)).toBe(true)
    expect(await prompts.confirm('Sure?', false)).toBe(false)
  })

  it('takes a text, the proposed one too, and says what is wrong with another', async () => {
    const { streams, prompts } = typing()
    const question = { message: 'Port', initial: '1', check: (text: string) => (/^\d+$/.test(text) ? null : 'digits!') }
    streams.when('Port', RETURN)
    expect(await prompts.text(question)).toBe('1')
    streams.when('Port', `x${RETURN}`).when('digits!', `\u007f8${RETURN}`)
    expect(await prompts.text(question)).toBe('18')
  })

  it('never shows a secret', async () => {
    const { streams, prompts } = typing()
    streams.when('Key', `hush${RETURN}`)
    expect(await prompts.secret({ message: 'Key' })).toBe('hush')
    expect(streams.shown).not.toContain('hush')
  })

  it('tells things, and where the conversation begins and ends', () => {
    const { streams, prompts } = typing()
    prompts.begin('Title')
    prompts.tell('Mind', ['one', 'two'])
    prompts.end('over')
    for (const text of ['Title', 'Mind', 'one', 'two', 'over']) expect(streams.shown).toContain(text)
  })

  it.each(['choose', 'confirm', 'text', 'secret'] as const)('%s: Ctrl-C is no answer', async (kind) => {
    const { streams, prompts } = typing()
    streams.when('Well?', INTERRUPT)
    const asked = {
      choose: () => prompts.choose({ message: 'Well?', options: OPTIONS }),
      confirm: () => prompts.confirm('Well?', true),
      text: () => prompts.text({ message: 'Well?' }),
      secret: () => prompts.secret({ message: 'Well?' }),
    }
    await expect(asked[kind]()).rejects.toBeInstanceOf(PromptsCancelled)
    expect(streams.shown).toContain('cancelled')
  })
})
