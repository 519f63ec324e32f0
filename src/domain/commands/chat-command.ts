/** Names of the commands that a message can be. */
export type CommandName =
  | 'help'
  | 'commands'
  | 'status'
  | 'new'
  | 'reset'
  | 'stop'
  | 'model'
  | 'models'
  | 'think'
  | 'verbose'
  | 'reasoning'
  | 'elevated'
  | 'queue'
  | 'send'
  | 'compact'
  | 'usage'
  | 'whoami'
  | 'context'
  | 'approve'
  | 'config'
  | 'debug'
  | 'restart'

/** One command as people know it. */
export interface ChatCommand {
  readonly name: CommandName
  /** Other names, without the slash. */
  readonly aliases: readonly string[]
  /** What may follow the name, for people; empty = nothing. */
  readonly takes: string
  /**
   * Most words that may follow. With more of them the message is an ordinary one, so that a sentence that happens to
   * begin like a command reaches the agent.
   */
  readonly mostWords: number
  /** Whether lines may follow; every other command stands on one line. */
  readonly mayBeLong: boolean
  /** What it does, in one sentence. */
  readonly about: string
  /** Who may give it: anybody who may command, or only an owner. */
  readonly for: 'sender' | 'owner'
}

const ONE_LINE = { aliases: [], takes: '', mostWords: 0, mayBeLong: false, for: 'sender' } as const
const TEXT = { mostWords: Number.POSITIVE_INFINITY, mayBeLong: true } as const

/** Every command, in the order in which `/help` shows them. */
export const CHAT_COMMANDS: readonly ChatCommand[] = [
  { ...ONE_LINE, name: 'help', takes: '[command]', mostWords: 1, about: 'Shows the commands, or one of them.' },
  { ...ONE_LINE, name: 'commands', about: 'Lists the commands.' },
  { ...ONE_LINE, name: 'status', about: 'Shows the model, the settings and the size of this session.' },
  { ...ONE_LINE, ...TEXT, name: 'new', takes: '[model] [message]', about: 'Starts a new conversation.' },
  { ...ONE_LINE, ...TEXT, name: 'reset', takes: '[model] [message]', about: 'The same as /new.' },
  { ...ONE_LINE, name: 'stop', about: 'Stops what runs and waits in this session.' },
  {
    ...ONE_LINE,
    name: 'model',
    takes: '[model | list | status | default]',
    mostWords: 1,
    about: 'Shows or chooses the model of this session.',
  },
  { ...ONE_LINE, name: 'models', about: 'Lists the models that can be chosen.' },
  {
    ...ONE_LINE,
    name: 'think',
    aliases: ['t', 'thinking'],
    takes: '[off | minimal | low | medium | high | xhigh | default]',
    mostWords: 1,
    about: 'How much the model thinks.',
  },
  {
    ...ONE_LINE,
    name: 'verbose',
    aliases: ['v'],
    takes: '[off | on | full | default]',
    mostWords: 1,
    about: 'How much is shown of the tools at work.',
  },
  {
    ...ONE_LINE,
    name: 'reasoning',
    takes: '[off | on | stream]',
    mostWords: 1,
    about: 'Whether the thoughts of the model are shown.',
  },
  {
    ...ONE_LINE,
    name: 'elevated',
    takes: '[off | on | ask | full | default]',
    mostWords: 1,
    about: 'Whether commands run with elevated rights.',
  },
  {
    ...ONE_LINE,
    name: 'queue',
    aliases: ['q'],
    takes: '[mode] [debounce:<time>] [cap:<number>] [drop:old | new | summarize] [default]',
    mostWords: 4,
    about: 'What a message does while the agent is busy.',
  },
  {
    ...ONE_LINE,
    name: 'send',
    takes: '[on | off | inherit]',
    mostWords: 1,
    about: 'Whether this session takes messages.',
  },
  {
    ...ONE_LINE,
    ...TEXT,
    name: 'compact',
    takes: '[instructions]',
    about: 'Replaces the older part of the conversation by a summary.',
  },
  {
    ...ONE_LINE,
    name: 'usage',
    takes: '[off | tokens | full]',
    mostWords: 1,
    about:
      'Shows the tokens and the cost of this session and the cost of today in all sessions, or sets what answers tell of them.',
  },
  { ...ONE_LINE, name: 'whoami', aliases: ['id'], about: 'Shows who you are to this gateway.' },
  { ...ONE_LINE, name: 'context', about: 'Shows how much of the context window is in use.' },
  {
    ...ONE_LINE,
    name: 'approve',
    takes: '[id] [allow-once | allow-always | deny]',
    mostWords: 2,
    about: 'Shows the commands that wait for an answer, or answers one.',
    for: 'owner',
  },
  {
    ...ONE_LINE,
    ...TEXT,
    name: 'config',
    takes: '[show [key] | get <key> | set <key> <value> | unset <key>]',
    about: 'Shows or changes the configuration file.',
    for: 'owner',
  },
  {
    ...ONE_LINE,
    ...TEXT,
    name: 'debug',
    takes: '[show | set <key> <value> | unset <key> | reset]',
    about: 'Overrides settings in memory, for trying something out.',
    for: 'owner',
  },
  { ...ONE_LINE, name: 'restart', about: 'Restarts the gateway.', for: 'owner' },
]

const BY_WORD: ReadonlyMap<string, ChatCommand> = new Map(
  CHAT_COMMANDS.flatMap((command) => [command.name, ...command.aliases].map((word) => [word, command] as const)),
)

/** The command with this name or alias, in any case, with or without its slash. */
export function commandNamed(word: string): ChatCommand | undefined {
  return BY_WORD.get(word.toLowerCase().replace(/^\//, ''))
}
