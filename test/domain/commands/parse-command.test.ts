import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHAT_COMMANDS, commandNamed } from '../../../src/domain/commands/chat-command.js'
import { formatCommand, parseCommand, parseCommandOrTrigger } from '../../../src/domain/commands/parse-command.js'

const read = (text: string) => {
  const parsed = parseCommand(text)
  return parsed === null ? null : [parsed.command.name, parsed.args]
}

const names = new Set(CHAT_COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]))
const word = fc.stringMatching(/^[A-Za-z0-9_./-]{1,12}$/)

describe('a message', () => {
  it.each([
    ['/status', ['status', '']],
    ['  /STATUS \n', ['status', '']],
    ['/think high', ['think', 'high']],
    ['/t: High', ['think', 'High']],
    ['/think:high', ['think', 'high']],
    ['/think : high', ['think', 'high']],
    ['/v full', ['verbose', 'full']],
    ['/q', ['queue', '']],
    ['/queue collect debounce:2s cap:25 drop:old', ['queue', 'collect debounce:2s cap:25 drop:old']],
    ['/new', ['new', '']],
    ['/new\nhello\nthere', ['new', 'hello\nthere']],
    ['/reset opus hello', ['reset', 'opus hello']],
    ['/compact keep the numbers', ['compact', 'keep the numbers']],
    ['/usage', ['usage', '']],
  ])('%j is a command', (text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  it.each([
    '',
    '/',
    'status',
    'what does /status do?',
    '/ status',
    '//status',
    '/etc/hosts',
    '/new/folder',
    '/status.txt',
    '/newer',
    '/think about what I said',
    '/status of the project?',
    '/model one two',
    '/status\n/stop',
    '/think\nhigh',
  ])('%j is for the agent', (text) => {
    expect(read(text)).toBeNull()
  })

  it('is never taken for a command unless it begins with a slash and a name that is known', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (parseCommand(text) === null) return
        const [, name = ''] = /^\/([a-z]+)/i.exec(text.trim()) ?? []
        expect(names.has(name.toLowerCase())).toBe(true)
      }),
    )
    fc.assert(
      fc.property(word, fc.array(word), (name, words) => {
        if (!names.has(name.toLowerCase())) expect(parseCommand(`/${[name, ...words].join(' ')}`)).toBeNull()
      }),
    )
  })

  it('with more words than its command takes is for the agent, with as many it is not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CHAT_COMMANDS), fc.array(word, { maxLength: 8 }), (command, words) => {
        const parsed = parseCommand(`/${[command.name, ...words].join(' ')}`)
        expect(parsed?.args).toBe(words.length > command.mostWords ? undefined : words.join(' '))
      }),
    )
  })

  it('reads the same after it was written, by every name and in every case', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CHAT_COMMANDS),
        fc.array(word, { maxLength: 4 }),
        fc.constantFrom(' ', ': ', ':', ' : '),
        fc.boolean(),
        (command, words, separator, isLoud) => {
          const args = words.slice(0, command.mostWords).join(' ')
          const parsed = parseCommand(formatCommand({ command, args }))
          expect(parsed).toEqual({ command, args })
          for (const name of [command.name, ...command.aliases]) {
            const text = `/${isLoud ? name.toUpperCase() : name}${args === '' ? '' : separator + args}`
            expect(parseCommand(text)).toEqual({ command, args })
          }
        },
      ),
    )
  })

  it('begins anew with the configured words, wherever these are whole', () => {
    const triggers = ['/new', 'Fresh', '']
    expect(parseCommandOrTrigger('fresh hello', triggers)).toMatchObject({ command: { name: 'new' }, args: 'hello' })
    expect(parseCommandOrTrigger('FRESH', triggers)).toMatchObject({ command: { name: 'new' }, args: '' })
    expect(parseCommandOrTrigger('freshly made', triggers)).toBeNull()
    expect(parseCommandOrTrigger('a fresh start', triggers)).toBeNull()
    expect(parseCommandOrTrigger('', triggers)).toBeNull()
  })
})

describe('the commands', () => {
  it('have names and aliases of their own', () => {
    const words = CHAT_COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases])
    expect(new Set(words).size).toBe(words.length)
    for (const command of CHAT_COMMANDS) expect(commandNamed(`/${command.name}`)).toBe(command)
  })
})
