import { shortened } from '../session/preview.js'
import type { Attachment, RunRequest } from './run.js'

/** Longest piece of a message that was cut to a line, in characters. */
const SURPLUS_CHARS = 200
/** So many of these lines stand in front of a turn; of more than these only the number is told. */
const MOST_SURPLUS_LINES = 20

/** What may differ between messages that are answered as one. */
const OF_ONE_MESSAGE: ReadonlySet<string> = new Set([
  'message',
  'attachments',
  'thinking',
  'timeoutMs',
  'queueMode',
  'replyTo',
])

/** What may differ between a run and a message that is handed to it: also how somebody wants the run to be. */
const OF_ONE_RUN: ReadonlySet<string> = new Set([...OF_ONE_MESSAGE, 'extraSystemPrompt', 'deliver', 'lane', 'label'])

/**
 * Whether two messages may be answered as one. Everything else that a request says, above all who sent it, must be the
 * same: nobody's words may be acted on with another's rights.
 */
export function mayMerge(one: RunRequest, other: RunRequest): boolean {
  return agreeBut(OF_ONE_MESSAGE, one, other)
}

/** Whether a message may be handed to a run under way. */
export function maySteer(run: RunRequest, message: RunRequest): boolean {
  return agreeBut(OF_ONE_RUN, run, message)
}

/** A message that becomes part of a turn; a surplus one only as a line. */
export interface TurnPart {
  readonly request: RunRequest
  readonly isSurplus: boolean
}

/** One request that asks what all of them ask, in order; where only one can count, the newest does. */
export function mergedRequest(parts: readonly TurnPart[]): RunRequest {
  const newest = parts.at(-1)?.request
  if (newest === undefined) throw new RangeError('a turn needs a message')
  const lines = surplusLines(parts.filter(({ isSurplus }) => isSurplus).map(({ request }) => request.message))
  const whole = parts.filter(({ isSurplus }) => !isSurplus).map(({ request }) => request)
  const texts = whole.map(({ message }) => message).filter((text) => text !== '')
  const attachments = whole.flatMap((request): readonly Attachment[] => request.attachments ?? [])
  const thinking = parts.findLast(({ request }) => request.thinking !== undefined)?.request.thinking
  const { attachments: _attachments, ...rest } = newest
  return {
    ...rest,
    message: [...(lines.length === 0 ? [] : [lines.join('\n')]), ...texts].join('\n\n'),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(thinking === undefined ? {} : { thinking }),
  }
}

/** What is left of messages for which there was no room, oldest first: a line for each of the newest. */
function surplusLines(messages: readonly string[]): readonly string[] {
  const newest = messages.slice(-MOST_SURPLUS_LINES).map(surplusLine)
  const older = messages.length - newest.length
  return older === 0 ? newest : [`[dropped] ${older} earlier ${older === 1 ? 'message' : 'messages'}`, ...newest]
}

function surplusLine(message: string): string {
  return `[dropped] ${shortened(message.replace(/\s+/g, ' ').trim(), SURPLUS_CHARS)}`
}

function agreeBut(ignored: ReadonlySet<string>, one: RunRequest, other: RunRequest): boolean {
  return facts(ignored, one) === facts(ignored, other)
}

/** Undefined, left out and in another order are the same. */
function facts(ignored: ReadonlySet<string>, request: RunRequest): string {
  const kept = Object.entries(request).filter(([name, value]) => !ignored.has(name) && value !== undefined)
  return JSON.stringify(kept.sort(([one], [other]) => (one < other ? -1 : 1)))
}
