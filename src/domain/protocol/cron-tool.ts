import { z } from 'zod'
import { lazily } from './lazily.js'
import { ne, whole } from './words.js'

/* What the tool `cron` takes; the descriptions are read by models. */

const fields = () => z.record(z.string(), z.unknown())

export const cronToolParams = lazily(() =>
  z.strictObject({
    action: z.enum(['status', 'list', 'add', 'update', 'remove', 'run', 'runs', 'wake']),
    job: fields()
      .optional()
      .describe(
        'With add: { name?, schedule, payload, delivery?, agentId?, deleteAfterRun? }. ' +
          'schedule: { at: "2026-11-22T16:00:00Z" } once, { everyMs } again and again, or { expr: "0 7 * * *", tz: "Europe/Berlin" }. ' +
          'payload: { text } reminds this session, or { message, model?, thinking?, timeoutSeconds? } has a turn of its own, whose answer is sent to the chat. ' +
          'delivery: { mode: "none" } keeps the answer, { mode: "announce", channel, to } sends it to another chat.',
      ),
    id: ne().optional().describe('With update, remove, run and runs: the id of the job.'),
    patch: fields().optional().describe('With update: the fields of the job that change.'),
    includeDisabled: z.boolean().optional().describe('With list: also jobs that are switched off.'),
    limit: whole(1, 200).optional().describe('With runs: the newest this many; default 20.'),
    text: ne().optional().describe('With wake: what the main session is to look at.'),
    mode: z.enum(['now', 'next-heartbeat']).optional().describe('With wake: when; default now.'),
  }),
)

export type CronToolParams = z.infer<ReturnType<typeof cronToolParams>>
