import type { Tool, Toolbox } from '../../application/ports/tools.js'
import type { ExecDeps } from './exec-deps.js'
import { ExecSessions } from './exec-sessions.js'
import { execTool } from './exec-tool.js'
import { processTool } from './process-tool.js'

const MARK_BYTES = 12

/**
 * Commands on this computer: `exec` and `process`. Every command has a process group of its own, which ends with it.
 * What leaves its group to go on as a service lives until `close`, where the system shows it (Linux).
 */
export class ExecToolbox implements Toolbox {
  readonly id = 'builtin-exec'
  readonly #tools: readonly Tool[]
  readonly #sessions: ExecSessions
  readonly #closing = new AbortController()

  constructor(deps: ExecDeps) {
    const mark = deps.ids.token(MARK_BYTES)
    this.#sessions = new ExecSessions(deps.clock, mark)
    const place = { deps, sessions: this.#sessions, mark, closing: this.#closing.signal }
    this.#tools = [execTool(place) as Tool, processTool(this.#sessions, deps.clock) as Tool]
  }

  tools(): readonly Tool[] {
    return this.#tools
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#sessions.close()
  }
}
