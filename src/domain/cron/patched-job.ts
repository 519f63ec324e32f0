import type { CronJob, CronPatch } from '../protocol/cron-job.js'

type Fields = Record<string, unknown>

/**
 * A job with the changes of a client, still to be checked: a payload of the same kind and a delivery keep what the patch
 * does not name, `null` takes a field away.
 */
export function patchedJob(job: CronJob, patch: CronPatch): unknown {
  const { payload, delivery, state, ...rest } = patch
  const next: Fields = { ...job }
  for (const [field, value] of Object.entries(rest)) {
    if (value === undefined) continue
    if (value === null) delete next[field]
    else next[field] = value
  }
  if (payload !== undefined) next.payload = payload.kind === job.payload.kind ? { ...job.payload, ...payload } : payload
  if (delivery === null) delete next.delivery
  else if (delivery !== undefined) next.delivery = { ...job.delivery, ...delivery }
  if (state !== undefined) next.state = { ...job.state, ...state }
  return next
}
