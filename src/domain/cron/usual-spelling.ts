/** The name of a job that was given none is the beginning of what it says. */
const NAME_LENGTH = 60

type Fields = Record<string, unknown>

/**
 * A new job as clients write it, in the spelling that is checked: unwrapped, with the kinds of its schedule and payload,
 * and with what goes without saying. What is wrong stays wrong, for the check to name.
 */
export function newJobSpelling(params: unknown): unknown {
  const job = unwrapped(params)
  if (job === null) return params
  const fields = withoutNulls(job)
  const { text, message, ...rest } = fields
  const payload = payloadSpelling(
    rest.payload ?? { ...(isText(text) ? { text } : {}), ...(isText(message) ? { message } : {}) },
  )
  const kind = isFields(payload) ? payload.kind : undefined
  const schedule = scheduleSpelling(rest.schedule)
  const isOnce = isFields(schedule) && schedule.kind === 'at'
  const target = rest.sessionTarget ?? (kind === 'systemEvent' ? 'main' : kind === 'agentTurn' ? 'isolated' : undefined)
  const delivery = deliverySpelling(rest.delivery, payload, target)
  return {
    ...rest,
    name: rest.name ?? nameOf(payload),
    enabled: rest.enabled ?? true,
    wakeMode: rest.wakeMode ?? 'now',
    schedule,
    payload: withoutDelivery(payload),
    ...(target === undefined ? {} : { sessionTarget: target }),
    ...(rest.deleteAfterRun === undefined && isOnce ? { deleteAfterRun: true } : {}),
    ...(delivery === undefined ? {} : { delivery }),
  }
}

/** The same for changes of a job: only what is there is looked at; `null` takes a field away. */
export function patchSpelling(patch: unknown): unknown {
  if (!isFields(patch)) return patch
  const { schedule, payload, delivery } = patch
  const moved = payload === undefined ? undefined : deliverySpelling(delivery, payloadSpelling(payload), undefined)
  return {
    ...patch,
    ...(schedule === undefined ? {} : { schedule: scheduleSpelling(schedule) }),
    ...(payload === undefined ? {} : { payload: withoutDelivery(payloadSpelling(payload)) }),
    ...(delivery === undefined && moved !== undefined ? { delivery: moved } : {}),
  }
}

function unwrapped(params: unknown): Fields | null {
  if (!isFields(params)) return null
  const inner = params.data ?? params.job
  return isFields(inner) && params.schedule === undefined ? inner : params
}

/** A schedule with its kind, which is told from what it has. */
export function scheduleSpelling(written: unknown): unknown {
  if (!isFields(written)) return written
  const { atMs, cron, ...rest } = withoutNulls(written)
  if (rest.at === undefined && typeof atMs === 'number' && Number.isFinite(atMs)) rest.at = isoTime(atMs)
  if (rest.expr === undefined && isText(cron)) rest.expr = cron
  if (typeof rest.at === 'number' && Number.isFinite(rest.at)) rest.at = isoTime(rest.at)
  const kind =
    rest.kind ??
    (rest.at !== undefined ? 'at' : rest.everyMs !== undefined ? 'every' : rest.expr === undefined ? undefined : 'cron')
  return { ...rest, ...(kind === undefined ? {} : { kind }) }
}

function payloadSpelling(written: unknown): unknown {
  if (!isFields(written)) return written
  const rest = withoutNulls(written)
  const kind =
    rest.kind ?? (rest.message !== undefined ? 'agentTurn' : rest.text === undefined ? undefined : 'systemEvent')
  return { ...rest, ...(kind === undefined ? {} : { kind }) }
}

/** What older clients say in the payload; results of turns of their own are announced unless somebody says otherwise. */
function deliverySpelling(written: unknown, payload: unknown, target: unknown): unknown {
  if (isFields(written)) {
    const rest = withoutNulls(written)
    return { ...rest, mode: rest.mode ?? (rest.to === undefined && rest.channel === undefined ? 'none' : 'announce') }
  }
  if (written !== undefined) return written
  const { deliver, channel, to, bestEffortDeliver } = isFields(payload) ? payload : ({} as Fields)
  const isSaid = [deliver, channel, to, bestEffortDeliver].some((value) => value !== undefined)
  if (!isSaid) return target === 'isolated' ? { mode: 'announce' } : undefined
  if (deliver === false) return { mode: 'none' }
  return {
    mode: 'announce',
    ...(channel === undefined ? {} : { channel }),
    ...(to === undefined ? {} : { to }),
    ...(bestEffortDeliver === undefined ? {} : { bestEffort: bestEffortDeliver }),
  }
}

function withoutDelivery(payload: unknown): unknown {
  if (!isFields(payload)) return payload
  const { deliver, channel, to, bestEffortDeliver, ...rest } = payload
  return rest
}

function nameOf(payload: unknown): unknown {
  const text = isFields(payload) ? (payload.text ?? payload.message) : undefined
  if (!isText(text)) return undefined
  const line = text.trim().split('\n', 1)[0]?.trim() ?? ''
  return line.length <= NAME_LENGTH ? line : `${line.slice(0, NAME_LENGTH - 3)}...`
}

/** Times beyond what dates can say are left to the check. */
function isoTime(ms: number): unknown {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? ms : date.toISOString()
}

function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined))
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
