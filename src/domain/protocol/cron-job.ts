import { z } from 'zod'
import { lazily } from './lazily.js'
import { ne, whole } from './words.js'

/*
 * A job and its parts, as clients write and read them (docs/protocol.md, "Cron"). Times are Unix milliseconds unless they
 * are texts.
 */

/** Most characters of a text that a job hands on. */
const LONGEST_TEXT = 100_000

const schedule = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('at'), at: ne() }),
    z.strictObject({ kind: z.literal('every'), everyMs: whole(1), anchorMs: whole(0).optional() }),
    z.strictObject({
      kind: z.literal('cron'),
      expr: ne(),
      /** IANA name; absent = that of the host. */
      tz: ne().optional(),
      /** The job runs up to this much later, always by the same time. */
      staggerMs: whole(0).optional(),
    }),
  ])

const eventFields = () => ({ kind: z.literal('systemEvent'), text: ne().max(LONGEST_TEXT) })

const turnFields = () => ({
  kind: z.literal('agentTurn'),
  message: ne().max(LONGEST_TEXT),
  model: ne().optional(),
  thinking: ne().optional(),
  /** 0 = no limit. */
  timeoutSeconds: whole(0).optional(),
  /** Accepted and without effect: what a job says comes from its owner. */
  allowUnsafeExternalContent: z.boolean().optional(),
})

const payload = () => z.discriminatedUnion('kind', [z.strictObject(eventFields()), z.strictObject(turnFields())])

const delivery = () =>
  z.strictObject({
    mode: z.enum(['none', 'announce', 'webhook']),
    /** `last`, or a kind of channel. */
    channel: ne().optional(),
    /** A chat of that channel, or the address of a webhook. */
    to: ne().optional(),
    accountId: ne().optional(),
    /** A result that cannot be delivered does not make the job fail. */
    bestEffort: z.boolean().optional(),
  })

const status = () => z.enum(['ok', 'error', 'skipped'])
const deliveryStatus = () => z.enum(['delivered', 'not-delivered', 'unknown', 'not-requested'])

const state = () =>
  z.strictObject({
    nextRunAtMs: whole(0).optional(),
    runningAtMs: whole(0).optional(),
    lastRunAtMs: whole(0).optional(),
    lastRunStatus: status().optional(),
    lastStatus: status().optional(),
    lastError: z.string().optional(),
    lastDurationMs: whole(0).optional(),
    consecutiveErrors: whole(0).optional(),
    lastDelivered: z.boolean().optional(),
    lastDeliveryStatus: deliveryStatus().optional(),
    lastDeliveryError: z.string().optional(),
  })

/** What a client says about a job. */
export const cronJobFields = () => ({
  name: ne().max(200),
  description: z.string().max(2_000).optional(),
  enabled: z.boolean(),
  deleteAfterRun: z.boolean().optional(),
  /** Absent = the default agent. */
  agentId: ne().optional(),
  /** Session that hears of it; absent = the main session of the agent. */
  sessionKey: ne().optional(),
  schedule: schedule(),
  sessionTarget: z.enum(['main', 'isolated']),
  wakeMode: z.enum(['now', 'next-heartbeat']),
  payload: payload(),
  delivery: delivery().optional(),
})

/** What a client changes about a job; `null` takes away what may be absent. Parts are merged with what they had. */
export const cronPatchSchema = lazily(() => {
  const { agentId, sessionKey, description, deleteAfterRun, ...rest } = cronJobFields()
  const fields = {
    ...rest,
    agentId: agentId.nullable(),
    sessionKey: sessionKey.nullable(),
    description: description.nullable(),
    deleteAfterRun: deleteAfterRun.nullable(),
    delivery: delivery().partial().nullable(),
    payload: z.discriminatedUnion('kind', [
      z.strictObject(eventFields()).partial({ text: true }),
      z.strictObject(turnFields()).partial({ message: true }),
    ]),
    state: state(),
  }
  return z.strictObject(fields).partial()
})

/** A job as it is kept. */
export const cronJobSchema = lazily(() =>
  z.strictObject({ id: ne(), ...cronJobFields(), createdAtMs: whole(0), updatedAtMs: whole(0), state: state() }),
)

export type CronSchedule = z.infer<ReturnType<typeof schedule>>
export type CronPayload = z.infer<ReturnType<typeof payload>>
export type CronDelivery = z.infer<ReturnType<typeof delivery>>
export type CronState = z.infer<ReturnType<typeof state>>
export type CronStatus = z.infer<ReturnType<typeof status>>
export type CronDeliveryStatus = z.infer<ReturnType<typeof deliveryStatus>>
export type CronJob = z.infer<ReturnType<typeof cronJobSchema>>
/** Everything but what the gateway adds. */
export type NewCronJob = Omit<CronJob, 'id' | 'createdAtMs' | 'updatedAtMs' | 'state'>
export type CronPatch = z.infer<ReturnType<typeof cronPatchSchema>>
