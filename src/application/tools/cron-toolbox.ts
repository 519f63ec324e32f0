import { messageOf } from '../../domain/failure.js'
import { type CronToolParams, cronToolParams } from '../../domain/protocol/cron-tool.js'
import { cronAddParams, cronUpdateParams } from '../../domain/protocol/methods/cron.js'
import { Refusal } from '../../domain/protocol/refusal.js'
import type { CronDesk } from '../cron/cron-desk.js'
import type { Log } from '../ports/log.js'
import type { Tool, Toolbox, ToolCallContext, ToolOutcome } from '../ports/tools.js'
import type { Wire } from '../ports/wire.js'
import { failed } from './call-tool.js'
import { jsonOutcome } from './json-outcome.js'

const RUNS = 20

export interface CronToolboxParts {
  /** Asked for when it is needed: jobs need runs, and runs need tools. */
  readonly desk: () => CronDesk
  readonly wire: Pick<Wire, 'check'>
  readonly log: Log
}

/** The tool `cron`: agents plan their own work and reminders. */
export class CronToolbox implements Toolbox {
  readonly id = 'builtin'
  readonly #tools: readonly Tool[]

  constructor(parts: CronToolboxParts) {
    const cron: Tool<CronToolParams> = {
      name: 'cron',
      description:
        'Plans work by the clock: reminders, regular tasks, things to do later. Lists, adds, changes, removes and runs jobs, shows how they ended, and wakes the main session.',
      params: cronToolParams,
      isForOwners: true,
      run: async (params, context) => {
        try {
          return await actions[params.action](parts, params, context)
        } catch (thrown) {
          if (!(thrown instanceof Refusal)) throw thrown
          return failed(`${params.action} failed: ${messageOf(thrown)}.`)
        }
      },
    }
    this.#tools = [cron]
  }

  tools(): readonly Tool[] {
    return this.#tools
  }

  /** Jobs outlive the call that made them. */
  close(): Promise<void> {
    return Promise.resolve()
  }
}

type Action = (parts: CronToolboxParts, params: CronToolParams, context: ToolCallContext) => Promise<ToolOutcome>

const actions: Readonly<Record<CronToolParams['action'], Action>> = {
  status: async ({ desk }) => jsonOutcome(desk().status()),

  list: async ({ desk }, { includeDisabled = false }) => jsonOutcome({ jobs: desk().list(includeDisabled) }),

  add: async ({ desk, wire }, { job }, { agentId, sessionKey }) => {
    if (job === undefined) return failed('add needs a job.')
    const checked = wire.check(cronAddParams, job)
    if (!checked.ok) return failed(`The job is not understood: ${checked.problems}.`)
    const whose = { agentId, ...(sessionKey === null || isRunOfJob(sessionKey) ? {} : { sessionKey }) }
    const given = { ...whose, ...withoutUndefined(checked.value) }
    if (postsAway(given)) return failed('Jobs whose results go to a web server are made by people (mayros cron add).')
    return jsonOutcome(await desk().add(given))
  },

  update: async ({ desk, wire }, { id, patch }) => {
    if (id === undefined || patch === undefined) return failed('update needs an id and a patch.')
    const checked = wire.check(cronUpdateParams, { id, patch })
    if (!checked.ok) return failed(`The patch is not understood: ${checked.problems}.`)
    if (postsAway(checked.value.patch)) {
      return failed('Jobs whose results go to a web server are made by people (mayros cron edit).')
    }
    return jsonOutcome(await desk().update(id, checked.value.patch))
  },

  remove: async ({ desk }, { id }) => {
    if (id === undefined) return failed('remove needs an id.')
    return jsonOutcome({ ok: true, removed: await desk().remove(id) })
  },

  /** Not waited for: in the lane of jobs a job that waits for a job could wait for ever. */
  run: async ({ desk, log }, { id }) => {
    if (id === undefined) return failed('run needs an id.')
    const asked = await desk().run(id, 'force')
    if (!asked.ran) return jsonOutcome({ ok: true, ...asked })
    asked.ended.catch((thrown: unknown) => log.debug('a job was not recorded', { error: messageOf(thrown) }))
    return jsonOutcome({ ok: true, ran: true, runId: asked.runId })
  },

  runs: async ({ desk }, { id, limit = RUNS }) => jsonOutcome({ entries: desk().runs(id, limit) }),

  wake: async ({ desk }, { text, mode = 'now' }, { agentId }) => {
    if (text === undefined) return failed('wake needs a text.')
    desk().wake(agentId, text, mode)
    return jsonOutcome({ ok: true, mode })
  },
}

/** A job that makes a job does not make it for its own session, which goes. */
function isRunOfJob(sessionKey: string): boolean {
  return sessionKey.includes(':cron:')
}

function postsAway({ delivery }: { readonly delivery?: { readonly mode?: string | undefined } | null | undefined }) {
  return delivery?.mode === 'webhook'
}

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}
