import { z } from 'zod'
import { newJobSpelling, patchSpelling, scheduleSpelling } from '../../cron/usual-spelling.js'
import { cronJobFields, cronPatchSchema } from '../cron-job.js'
import { lazily } from '../lazily.js'
import { ne, whole } from '../words.js'

/** Clients call it either way. */
const jobId = () => ({ id: ne().optional(), jobId: ne().optional() })
const NO_ID = 'id is required'

const named = <T extends { id?: string | undefined; jobId?: string | undefined }>({ id, jobId: other }: T) =>
  (id ?? other) !== undefined

export const cronListParams = lazily(() => z.strictObject({ includeDisabled: z.boolean().optional() }))

export const cronAddParams = lazily(() => z.preprocess(newJobSpelling, z.strictObject(cronJobFields())))

export const cronUpdateParams = lazily(() =>
  z.strictObject({ ...jobId(), patch: z.preprocess(patchSpelling, cronPatchSchema()) }).refine(named, NO_ID),
)

export const cronJobParams = lazily(() => z.strictObject(jobId()).refine(named, NO_ID))

export const cronRunParams = lazily(() =>
  z.strictObject({ ...jobId(), mode: z.enum(['due', 'force']).optional() }).refine(named, NO_ID),
)

/** Without an id the runs of all jobs. */
export const cronRunsParams = lazily(() => z.strictObject({ ...jobId(), limit: whole(1, 5_000).optional() }))

/** Reads like a schedule of `cron.add`. */
export const cronPreviewParams = lazily(() =>
  z.strictObject({
    schedule: z.preprocess(scheduleSpelling, cronJobFields().schedule),
    count: whole(1, 20).optional(),
  }),
)

export type CronListParams = z.infer<ReturnType<typeof cronListParams>>
export type CronPreviewParams = z.infer<ReturnType<typeof cronPreviewParams>>
export type CronAddParams = z.infer<ReturnType<typeof cronAddParams>>
export type CronUpdateParams = z.infer<ReturnType<typeof cronUpdateParams>>
export type CronJobParams = z.infer<ReturnType<typeof cronJobParams>>
export type CronRunParams = z.infer<ReturnType<typeof cronRunParams>>
export type CronRunsParams = z.infer<ReturnType<typeof cronRunsParams>>
