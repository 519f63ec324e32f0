import type { Clock } from '../ports/clock.js'
import type { PortHolder, PortHolders } from '../ports/port-holder.js'
import type { RuntimeRecord, RuntimeRecords } from '../ports/runtime-record.js'
import { formatDuration } from './format-duration.js'
import { holderName } from './holder-name.js'
import type { StartRefusal } from './start-refusal.js'

export interface ConflictQuery {
  readonly port: number
  /** IP literals we are going to listen on. */
  readonly hosts: readonly string[]
  /** For people: `~/.mayros`. */
  readonly stateDir: string
  /** `--force` was given: a held port will be freed, so only the state directory counts. */
  readonly willFreePort: boolean
}

export interface ConflictCollaborators {
  readonly holders: PortHolders
  readonly records: RuntimeRecords
  readonly clock: Clock
  /** Whether the process that listens is a gateway. */
  readonly isGateway: (holder: PortHolder) => Promise<boolean>
}

/** Who stands in the way of a start, before anything is touched. A gateway on its way out does not: the lock waits for it. */
export async function findConflict(query: ConflictQuery, with_: ConflictCollaborators): Promise<StartRefusal | null> {
  const record = await with_.records.readLive()
  const isLeaving = record?.state === 'stopping' || record?.state === 'restarting'
  if (record !== null && !isLeaving && record.port !== query.port) return sameStateDir(record, query)
  if (query.willFreePort) return null
  const [holder] = await with_.holders.find(query.port, query.hosts)
  if (holder === undefined) return null
  if (record !== null && record.pid === holder.pid) return isLeaving ? null : sameGateway(record, with_.clock.now())
  return (await with_.isGateway(holder)) ? otherGateway(query, holder) : otherProgram(query, holder)
}

function sameStateDir(record: RuntimeRecord, query: ConflictQuery): StartRefusal {
  return {
    kind: 'conflict',
    message: `another gateway instance is already listening on ${urlOf(record)} with this state directory (${query.stateDir})`,
    facts: [`pid ${record.pid}, profile ${record.profile ?? 'default'}, ${record.supervisor}`],
    fix: 'own MAYROS_STATE_DIR and MAYROS_CONFIG_PATH, or --profile',
  }
}

function sameGateway(record: RuntimeRecord, now: number): StartRefusal {
  const up = formatDuration(now - record.startedAtMs)
  return {
    kind: 'conflict',
    message: `another gateway instance is already listening on ${urlOf(record)}`,
    facts: [`pid ${record.pid}, profile ${record.profile ?? 'default'}, up ${up}, ${record.supervisor}`],
    fix: 'mayros gateway stop, another --port, or --force',
  }
}

function otherGateway(query: ConflictQuery, holder: PortHolder): StartRefusal {
  return {
    kind: 'conflict',
    message: `another gateway instance is already listening on ws://${holder.address.replace(/^(0\.0\.0\.0|\[::\])/, '127.0.0.1')}`,
    facts: [`EADDRINUSE: port ${query.port} is held by ${holderName(holder)}`],
    fix: 'mayros gateway stop, another --port, or --force',
  }
}

function otherProgram(query: ConflictQuery, holder: PortHolder): StartRefusal {
  return {
    kind: 'conflict',
    message: `EADDRINUSE: port ${query.port} is held by ${holderName(holder)}, not a gateway`,
    facts: [],
    fix: 'another --port, or --force',
  }
}

function urlOf(record: RuntimeRecord): string {
  return record.urls[0] ?? `ws://127.0.0.1:${record.port}`
}
