import { z } from 'zod'
import { anyText, described, flag, group, ids, ignored, inert, int, oneOf, texts } from './declare.js'

const QUEUE_MODES = ['steer', 'followup', 'collect', 'steer-backlog', 'steer+backlog', 'interrupt', 'queue'] as const

const millisecondsByChannel = (description: string) =>
  described(z.record(z.string().min(1), int('Milliseconds for this channel.')), description).default({})

/** `messages.*`: how messages are taken and answers dressed. */
export const messagesSection = () =>
  z.strictObject({
    responsePrefix: anyText(
      'Put before every answer; auto = [name of the agent]; {model}, {modelFull}, {provider}, {thinkingLevel} and {identity.name} are filled in.',
    ).default(''),
    ackReaction: anyText(
      'Emoji that acknowledges a message; "" = none (default: that of the agent, else eyes).',
    ).optional(),
    ackReactionScope: oneOf(
      ['group-mentions', 'group-all', 'direct', 'all'],
      'Which messages are acknowledged.',
    ).default('group-mentions'),
    removeAckAfterReply: flag('Take the acknowledgement away after the answer.').default(false),
    queue: group({
      mode: oneOf(QUEUE_MODES, 'What a message does while a run is active; queue means steer.').default('collect'),
      byChannel: described(
        z.record(z.string().min(1), oneOf(QUEUE_MODES, 'Mode for this channel.')),
        'Mode by channel.',
      ).default({}),
      debounceMs: int('Quiet time before the next turn, in milliseconds.').default(1000),
      debounceMsByChannel: millisecondsByChannel('Quiet time by channel, in milliseconds.'),
      cap: int('Most messages that wait in one session.', 1).default(20),
      drop: oneOf(['old', 'new', 'summarize'], 'What becomes of more messages than that.').default('summarize'),
    }),
    inbound: group({
      debounceMs: int('Joins quick text messages of one sender, in milliseconds; 0 = never.').default(0),
      byChannel: millisecondsByChannel('The same by channel, in milliseconds.'),
    }),
    groupChat: group({
      mentionPatterns: texts('Regular expressions, in any case of letters, that count as a mention.').optional(),
      historyLimit: int('Skipped messages given as context; 0 = none.').default(50),
    }),
    suppressToolErrors: inert(flag('Say nothing about tools that failed.').default(false)),
    tts: ignored('Reserved; accepted and ignored.'),
    statusReactions: ignored('Reserved; accepted and ignored.'),
  })

/** `true`, `false`, or what suits the channel. */
const nativeCommands = (description: string) => described(z.union([z.boolean(), z.enum(['auto'])]), description)

/** `commands.*`: what people may order by message. */
export const commandsSection = () =>
  z.strictObject({
    native: nativeCommands('Register commands with the platform; auto = Discord and Telegram.').default('auto'),
    nativeSkills: inert(
      nativeCommands('Register skills as commands too; auto = Discord and Telegram.').default('auto'),
    ),
    text: flag('Understand /command in texts.').default(true),
    bash: inert(flag('Understand "! command"; needs elevated rights.').default(false)),
    bashForegroundMs: inert(int('How long such a command is waited for, in milliseconds.', 0, 30_000).default(2000)),
    config: flag('Allow /config.').default(false),
    debug: flag('Allow /debug.').default(false),
    restart: flag('Allow /restart, and SIGUSR1 from outside.').default(true),
    useAccessGroups: flag('Rules of access of the channels also decide who may command.').default(true),
    allowFrom: described(
      z.record(z.string().min(1), ids('Senders of this channel, or of all with *.')),
      'When set, the only ones who may command, by channel or *.',
    ).optional(),
    ownerAllowFrom: ids('Who is owner.').default([]),
  })

/** Commands of one channel. */
export const channelCommandFields = () => ({
  native: nativeCommands('Register commands with the platform (default: as commands.native).').optional(),
  nativeSkills: inert(nativeCommands('Register skills as commands (default: as commands.nativeSkills).').optional()),
})
