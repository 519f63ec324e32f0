import { printable } from '../../../domain/log/printable.js'
import type { GatewaySight } from '../status/ask-gateway.js'
import type { NetworkSight } from '../target/look-around.js'
import type { ProbeTarget } from '../target/probe-targets.js'
import { failureDocument } from './failure.js'
import { plural, table } from './words.js'

/** What came of one target. */
export interface ProbedTarget {
  readonly target: ProbeTarget
  /** Null when it could not even be tried. */
  readonly seen: GatewaySight | null
  /** Null = it answered. */
  readonly failure: unknown
  readonly reason: string | null
}

interface ProbeFacts {
  readonly targets: readonly ProbedTarget[]
  /** What the local network tells meanwhile. */
  readonly sight: NetworkSight
  readonly durationMs: number
}

export function gatewayProbeLines(facts: ProbeFacts): string[] {
  const rows = facts.targets.map(({ target, seen, reason }) => [
    `${target.isActive ? '*' : ' '} ${target.id}`,
    target.access?.target.url ?? '-',
    seen?.hello == null ? `failed: ${reason}` : answerText(seen),
  ])
  const others = facts.sight.gateways.map(
    ({ name, url }) => `announced in the local network: ${printable(name)} ${url}`,
  )
  return [...table(rows), ...others, ...warningsOf(facts).map((warning) => `warning: ${warning}`)]
}

export function gatewayProbeDocument(facts: ProbeFacts): Record<string, unknown> {
  const { targets, durationMs } = facts
  const reached = targets.filter(({ seen }) => seen?.hello != null)
  const primary = targets.find(({ target }) => target.isActive)
  return {
    ok: reached.length > 0,
    durationMs,
    primaryTargetId: primary?.target.id ?? null,
    warnings: warningsOf(facts),
    network: { localUrl: targets.find(({ target }) => target.kind === 'local')?.target.access?.target.url ?? null },
    discovery: { beacons: facts.sight.gateways },
    targets: targets.map(({ target, seen, failure }) => ({
      id: target.id,
      kind: target.kind,
      url: target.access?.target.url ?? null,
      active: target.isActive,
      connect: {
        ok: seen?.hello != null,
        latencyMs: seen?.latencyMs ?? null,
        error: failure == null ? null : failureDocument(failure).error,
      },
      self:
        seen?.hello == null
          ? null
          : {
              version: seen.hello.server.version,
              protocol: seen.hello.protocol,
              uptimeMs: seen.hello.snapshot.uptimeMs,
            },
      config:
        seen?.hello == null
          ? null
          : {
              path: seen.hello.snapshot.configPath ?? null,
              pendingRestart: seen.answers?.health?.config?.pendingRestart ?? [],
              lastError: seen.answers?.health?.config?.lastError ?? null,
            },
      health: seen?.answers?.health ?? null,
      summary: seen?.answers?.status ?? null,
      presence: seen?.hello?.snapshot.presence ?? null,
    })),
  }
}

function answerText({ hello, answers, latencyMs }: GatewaySight): string {
  const agents = answers?.health?.agents?.length ?? 0
  const sessions = answers?.health?.sessions?.count ?? 0
  const config = answers?.health?.config
  const words = [
    `ok ${latencyMs} ms`,
    `version ${printable(hello?.server.version ?? 'unknown')}`,
    plural(agents, 'agent'),
    plural(sessions, 'session'),
    ...(answers?.health?.ok === false ? ['not healthy'] : []),
    ...(config?.lastError == null ? [] : ['config on disk is invalid']),
    ...(config?.pendingRestart === undefined || config.pendingRestart.length === 0 ? [] : ['restart pending']),
  ]
  return words.join(', ')
}

function warningsOf({ targets }: ProbeFacts): string[] {
  const here = targets.filter(({ target, seen }) => seen?.hello != null && target.kind !== 'remote')
  const urls = [...new Set(here.map(({ target }) => target.access?.target.url))]
  return urls.length < 2 ? [] : [`${urls.length} gateways answer: commands talk to the one marked with *`]
}
