import { z } from 'zod'
import { anyText, described, duration, flag, id, inert, int, num, oneOf, text, texts } from './declare.js'
import { readable } from './describe-expected.js'

/*
 * Fields that stand in several sections. They carry no defaults where a value may be inherited: a default would hide
 * what the operator wrote one level up.
 */

const MODEL_WORDS = 'provider/model, for example openai/gpt-5.2, or an alias'

/** `provider/model`, or an alias of `agents.defaults.models`. */
export const modelRef = (description: string) =>
  described(readable(z.string().regex(/^\S+$/, `expected ${MODEL_WORDS}`), MODEL_WORDS), description)

/** One model, or a model with others to fall back to, in order. */
export const modelChoice = (description: string) =>
  described(
    readable(
      z.union([
        z.string().regex(/^\S+$/),
        z.strictObject({
          primary: modelRef('Model that answers.').optional(),
          fallbacks: described(
            z.array(modelRef('Model to fall back to.')),
            'Models to fall back to, in order.',
          ).optional(),
        }),
      ]),
      `${MODEL_WORDS}, or { primary, fallbacks }`,
    ),
    description,
  )

export const thinkingLevel = (description: string) =>
  oneOf(['off', 'minimal', 'low', 'medium', 'high', 'xhigh'], description)

export const typingMode = (description: string) => oneOf(['never', 'instant', 'thinking', 'message'], description)

/** `HH:MM`; `24:00` is the end of the day. */
const timeOfDay = (description: string) =>
  described(readable(z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/), 'a time of day like 08:30'), description)

/** Heartbeat settings of the defaults and of one agent. */
export const heartbeatFields = () => ({
  every: duration('Time between two heartbeats; 0 = none; a bare number is minutes (default 30m).').optional(),
  activeHours: z
    .strictObject({
      start: timeOfDay('First minute of the day with heartbeats.').optional(),
      end: timeOfDay(
        'First minute without; before start means across midnight; 24:00 is the end of the day.',
      ).optional(),
      timezone: text('user, local, or an IANA zone (default user).').optional(),
    })
    .optional(),
  target: text(
    'Channel that gets the answer; last = where the last message came from, none = nowhere (default last).',
  ).optional(),
  to: id('Chat that gets the answer.').optional(),
  accountId: text('Account that sends the answer.').optional(),
  session: text('Session in which the heartbeat runs (default main).').optional(),
  model: modelRef('Model for heartbeats (default: the model of the agent).').optional(),
  prompt: text('What the agent is told (default: the built-in text).').optional(),
  ackMaxChars: int(
    'An answer of HEARTBEAT_OK and at most this many more characters is not delivered (default 300).',
  ).optional(),
  includeReasoning: inert(flag('Deliver the reasoning too (default false).').optional()),
  suppressToolErrorWarnings: inert(flag('Say nothing about tools that failed (default false).').optional()),
})

/** How much of a streamed answer is joined before it is sent. */
export const coalesceFields = () => ({
  minChars: int('Least characters of a block, instead of those of blockStreamingChunk.', 1).optional(),
  maxChars: int('Most characters of a block, instead of those of blockStreamingChunk.', 1).optional(),
  idleMs: int('Quiet time after which what is complete is sent, however short, in milliseconds.').optional(),
})

/** Which of the tools are offered. */
export const toolPolicyFields = () => ({
  profile: oneOf(['minimal', 'coding', 'messaging', 'full'], 'Base list of tools (default full).').optional(),
  allow: texts('Only these tools, as names, groups (group:fs) or patterns with *.').optional(),
  alsoAllow: texts('These tools besides those of the profile.').optional(),
  deny: texts('Never these tools.').optional(),
})

/** Tools of a group or channel, for everybody in it. */
export const chatToolPolicy = (description: string) =>
  described(
    z.strictObject({
      allow: texts('Only these tools.').optional(),
      alsoAllow: texts('These tools besides the others.').optional(),
      deny: texts('Never these tools.').optional(),
    }),
    description,
  ).optional()

export const toolsBySender = () =>
  described(
    z.record(
      z.string().min(1),
      z.strictObject({
        allow: texts('Only these tools for this sender.').optional(),
        alsoAllow: texts('These tools besides the others for this sender.').optional(),
        deny: texts('Never these tools for this sender.').optional(),
      }),
    ),
    'Tools by sender (id:, e164:, username:, name: or *).',
  ).optional()

/** The same settings wherever exec can be configured; globally with defaults, per agent without. */
export const loopDetectionFields = () => ({
  enabled: flag('Notice when an agent repeats itself (default false).').optional(),
  historySize: int('Tool calls that are looked back upon (default 30).', 1).optional(),
  warningThreshold: int('Repetitions before the agent is warned (default 10).', 1).optional(),
  criticalThreshold: int('Repetitions before the call is refused (default 20).', 1).optional(),
  globalCircuitBreakerThreshold: int('Repetitions before the run is ended (default 30).', 1).optional(),
  detectors: z
    .strictObject({
      genericRepeat: flag('The same call again and again (default true).').optional(),
      knownPollNoProgress: flag('Polling that sees no progress (default true).').optional(),
      pingPong: flag('Two calls in turns (default true).').optional(),
    })
    .optional(),
})

/** Prefix and acknowledgement of answers; the most specific one wins and an empty text ends the search. */
export const replyDressFields = () => ({
  responsePrefix: anyText('Put before every answer; auto = [name of the agent].').optional(),
  ackReaction: anyText('Emoji that acknowledges a message; "" = none.').optional(),
})

/** Sessions start anew by these rules. */
export const resetFields = () => ({
  mode: oneOf(['daily', 'idle'], 'Start a new session every day, or after idle time (default daily).').optional(),
  atHour: int(
    'Hour of the day at which a session ends, in the time zone of the gateway (default 4).',
    0,
    23,
  ).optional(),
  idleMinutes: int('Idle time after which a session ends, in minutes (default 60 in mode idle).', 1).optional(),
})

export const megabytes = (description: string) => num(description, 0)
