import { z } from 'zod'
import { described, duration, flag, group, ids, inert, int, num, oneOf, path, size, text, texts } from './declare.js'
import { resetFields, typingMode } from './shared-fields.js'

/** `session.*`: what counts as one conversation, and how long. */
export const sessionSection = () =>
  z.strictObject({
    scope: oneOf(['per-sender', 'global'], 'global = one session for everything.').default('per-sender'),
    dmScope: oneOf(
      ['main', 'per-peer', 'per-channel-peer', 'per-account-channel-peer'],
      'Whether direct chats share one session, or have one per person, channel or account.',
    ).default('main'),
    identityLinks: described(
      z.record(z.string().min(1), ids('One person on several channels, as channel:id.')),
      'Names of people, each with what the person is called on the channels.',
    ).default({}),
    reset: group({
      ...resetFields(),
      mode: oneOf(['daily', 'idle'], 'Start a new session every day, or after idle time.').default('daily'),
      atHour: int('Hour of the day at which a session ends, in the time zone of the gateway.', 0, 23).default(4),
    }),
    resetByType: z
      .strictObject({
        direct: z.strictObject(resetFields()).optional(),
        group: z.strictObject(resetFields()).optional(),
        thread: z.strictObject(resetFields()).optional(),
      })
      .optional(),
    resetByChannel: z.record(z.string().min(1), z.strictObject(resetFields())).optional(),
    resetTriggers: texts('Words that start a new session when they stand first in a message.').default([
      '/new',
      '/reset',
    ]),
    sendPolicy: group({
      default: oneOf(['allow', 'deny'], 'May agents send where no rule speaks.').default('allow'),
      rules: z
        .array(
          z.strictObject({
            action: oneOf(['allow', 'deny'], 'What the rule says; a matching deny wins.'),
            match: z
              .strictObject({
                channel: text('Channel the rule is about.').optional(),
                chatType: oneOf(['direct', 'group', 'channel'], 'Kind of chat the rule is about.').optional(),
                keyPrefix: text('Start of the session key without agent.').optional(),
                rawKeyPrefix: text('Start of the whole session key.').optional(),
              })
              .prefault({}),
          }),
        )
        .default([]),
    }),
    maintenance: group({
      mode: oneOf(
        ['warn', 'enforce'],
        'Say once a day which sessions could go, or take them out; what was said in them is kept.',
      ).default('warn'),
      pruneAfter: duration('Sessions idle for longer may go; 0 = none for its age; a bare number is days.').default(
        '30d',
      ),
      maxEntries: int('More sessions than this may go, oldest first.', 1).default(500),
      rotateBytes: inert(size('Larger transcripts are archived.').default('10mb')),
    }),
    agentToAgent: group({
      maxPingPongTurns: int('Turns two agents may take with each other.', 0, 5).default(5),
    }),
    threadBindings: inert(
      group({
        enabled: flag('Threads can be bound to a session.').default(true),
        ttlHours: num('How long a binding lasts, in hours; 0 = forever.').default(24),
      }),
    ),
    typingMode: typingMode('When typing is shown (default: as agents.defaults).').optional(),
    typingIntervalSeconds: int(
      'How often typing is shown again, in seconds (default: as agents.defaults).',
      1,
    ).optional(),
    store: path('Where sessions live; with several agents it must contain {agentId}.').optional(),
    mainKey: text('Only main is possible; other values are ignored with a warning.').default('main'),
  })
