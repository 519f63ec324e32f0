import { profileOfService } from '../../domain/service/service-name.js'
import type { Clock } from '../ports/clock.js'
import { type PortHolder, PortHolderFailure, type PortHolders } from '../ports/port-holder.js'
import { formatDuration } from './format-duration.js'
import { programName } from './holder-name.js'

export interface FreePortRequest {
  readonly port: number
  /** IP literals we are going to listen on. */
  readonly hosts: readonly string[]
}

export interface FreePortCollaborators {
  readonly holders: PortHolders
  readonly clock: Clock
  /** Whether the process that listens is a gateway, which needs longer to stop. */
  readonly isGateway: (holder: PortHolder) => Promise<boolean>
  /** The service of ours that the process is the gateway of: its supervisor would start it again. Null: it is none. */
  readonly serviceOf?: (holder: PortHolder) => Promise<string | null>
}

/** `lines` tell what was done, also when it was not enough. */
export type FreePortOutcome =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly lines: readonly string[]; readonly reason: string }

const POLL_MS = 100
/** A gateway's own stop takes up to 5 s. */
const GATEWAY_GRACE_MS = 6000
const OTHER_GRACE_MS = 1000
const AFTER_KILL_MS = 2000

/** A process that was asked to go. */
interface Leaver {
  readonly holder: PortHolder
  readonly isGateway: boolean
  readonly askedAt: number
  killed: boolean
  gone: boolean
  /** Not even SIGKILL helped, in the time there was. */
  survived: boolean
}

/**
 * `--force`: ends the processes that listen on the port, and only those, so that we can listen there.
 * Refuses before anybody was signalled when one of them is ours, hidden, not to be touched, or looked after by a supervisor.
 */
export async function freePort(request: FreePortRequest, with_: FreePortCollaborators): Promise<FreePortOutcome> {
  const lines: string[] = []
  const found = onePerProcess(await with_.holders.find(request.port, request.hosts))
  if (found.length === 0) {
    return { ok: true, lines: [`force: nothing listens on port ${request.port}`] }
  }
  const refusal = refusalFor(found, request.port, with_.holders)
  if (refusal !== null) return { ok: false, lines, reason: refusal }

  for (const holder of found) {
    const service = (await with_.serviceOf?.(holder)) ?? null
    if (service !== null) return { ok: false, lines, reason: supervisedBy(service, holder, request.port) }
  }

  const kinds = await Promise.all(found.map((holder) => with_.isGateway(holder)))
  const askedAt = with_.clock.monotonic()
  const leavers = found.map((holder, index): Leaver => {
    return { holder, isGateway: kinds[index] === true, askedAt, killed: false, gone: false, survived: false }
  })
  try {
    for (const leaver of leavers) with_.holders.signal(leaver.holder, 'SIGTERM')
    await waitUntilGone(leavers, request, with_, lines)
  } catch (thrown) {
    if (thrown instanceof PortHolderFailure) return { ok: false, lines, reason: `force: ${thrown.message}` }
    throw thrown
  }
  return conclude(leavers, request, with_, lines)
}

function refusalFor(found: readonly PortHolder[], port: number, holders: PortHolders): string | null {
  const own = new Set([...holders.ancestry(), 1])
  for (const holder of found) {
    if (holder.pid === null) {
      return `force: port ${port} is held by a process of another user; run as that user or choose --port`
    }
    if (own.has(holder.pid)) {
      return `force: port ${port} is held by pid ${holder.pid} (${programName(holder)}), which is this program or started it`
    }
    if (!holders.maySignal(holder)) {
      return `force: may not stop pid ${holder.pid} (${programName(holder)}, user ${holder.user})`
    }
  }
  return null
}

/** Whoever ends a supervised process fights its supervisor; a restart of the service is what is wanted. */
function supervisedBy(service: string, { pid }: PortHolder, port: number): string {
  const profile = profileOfService(service)
  const own = profile === null ? 'mayros' : `mayros --profile ${profile}`
  return [
    `force: port ${port} is held by ${service} (pid ${pid}), which its supervisor would start again`,
    `fix: ${own} gateway restart, or first ${own} gateway stop`,
  ].join('\n')
}

async function waitUntilGone(
  leavers: readonly Leaver[],
  request: FreePortRequest,
  { holders, clock }: FreePortCollaborators,
  lines: string[],
): Promise<void> {
  for (;;) {
    const stillThere = new Set((await holders.find(request.port, request.hosts)).map((holder) => holder.pid))
    for (const leaver of leavers) {
      if (!leaver.gone && !leaver.survived) review(leaver, stillThere.has(leaver.holder.pid), holders, clock, lines)
    }
    if (leavers.every((leaver) => leaver.gone || leaver.survived)) return
    await pause(clock, POLL_MS)
  }
}

/**
 * Looks after one process. A gateway that has let go of the port may use its grace to put its house in order; SIGKILL
 * only ever hits a process that still listens.
 */
function review(leaver: Leaver, listens: boolean, holders: PortHolders, clock: Clock, lines: string[]): void {
  const { holder } = leaver
  const waited = clock.monotonic() - leaver.askedAt
  const lives = holders.lives(holder)
  const graceOver = waited >= (leaver.isGateway ? GATEWAY_GRACE_MS : OTHER_GRACE_MS)
  if (!lives || (!listens && (!leaver.isGateway || graceOver))) {
    leaver.gone = true
    const signal = leaver.killed ? 'SIGKILL' : 'SIGTERM'
    const verb = lives ? 'let go of the port:' : 'stopped'
    lines.push(
      `force: ${verb} pid ${holder.pid} (${programName(holder)}) with ${signal} after ${formatDuration(waited)}`,
    )
    return
  }
  if (!graceOver) return
  if (!leaver.killed) {
    leaver.killed = true
    holders.signal(holder, 'SIGKILL')
    return
  }
  if (waited >= (leaver.isGateway ? GATEWAY_GRACE_MS : OTHER_GRACE_MS) + AFTER_KILL_MS) leaver.survived = true
}

async function conclude(
  leavers: readonly Leaver[],
  request: FreePortRequest,
  { holders, clock }: FreePortCollaborators,
  lines: string[],
): Promise<FreePortOutcome> {
  const deadline = clock.monotonic() + (leavers.some((leaver) => leaver.survived) ? 0 : AFTER_KILL_MS)
  const asked = new Set(leavers.map((leaver) => leaver.holder.pid))
  for (;;) {
    const [left] = await holders.find(request.port, request.hosts)
    if (left === undefined) return { ok: true, lines }
    const isNew = !asked.has(left.pid)
    if (isNew || clock.monotonic() >= deadline) {
      if (isNew) lines.push(restartedBy(left))
      return { ok: false, lines, reason: `force: port ${request.port} is still held by ${pidName(left)}` }
    }
    await pause(clock, POLL_MS)
  }
}

function restartedBy(holder: PortHolder): string {
  const parent = holder.parentPid === null ? 'parent unknown' : `parent pid ${holder.parentPid}`
  const unit = holder.unit === null ? '' : `, unit ${holder.unit}`
  return `force: something restarts it: ${pidName(holder)}, ${parent}${unit}`
}

function pidName(holder: PortHolder): string {
  return holder.pid === null ? `a process of user ${holder.user}` : `pid ${holder.pid}`
}

/** A process that listens on several addresses is one process. */
function onePerProcess(found: readonly PortHolder[]): readonly PortHolder[] {
  return [...new Map(found.map((holder) => [holder.pid ?? holder.address, holder])).values()]
}

function pause(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => clock.after(milliseconds, resolve))
}
