import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js'
import { NodeIds } from '../../../src/adapters/ids-node/node-ids.js'
import type { ExecDeps } from '../../../src/adapters/tools-exec-node/exec-deps.js'
import type { ExecDecision, ExecRequest } from '../../../src/adapters/tools-exec-node/exec-request.js'
import type { ExecToolSettings } from '../../../src/adapters/tools-exec-node/exec-tool-settings.js'
import { ExecToolbox } from '../../../src/adapters/tools-exec-node/exec-toolbox.js'
import type { ExitedSession } from '../../../src/adapters/tools-exec-node/exited-session.js'
import type { ToolCallContext } from '../../../src/application/ports/tools.js'
import { toolCaller, toolNamed } from '../../contracts/toolbox.contract.js'

export interface Said {
  readonly text: string
  readonly isError: boolean
  readonly details: Readonly<Record<string, unknown>>
}

/** The process tools in a directory of their own, with real processes. */
export interface ExecStage {
  readonly toolbox: ExecToolbox
  readonly workspace: string
  readonly clock: FakeClock
  readonly requests: ExecRequest[]
  readonly exited: ExitedSession[]
  exec(params: object, context?: Partial<ToolCallContext>): Promise<Said>
  process(params: object, context?: Partial<ToolCallContext>): Promise<Said>
  /** Command lines of living processes that carry the name of the workspace in their environment. */
  leftovers(): Promise<readonly string[]>
  dispose(): Promise<void>
}

export interface ExecStageOptions {
  readonly settings?: Partial<ExecToolSettings>
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly forbidden?: (name: string) => boolean
  readonly decide?: (request: ExecRequest, signal: AbortSignal) => Promise<ExecDecision>
  /** Time passes by itself. */
  readonly isRealTime?: boolean
}

const DEFAULTS: ExecToolSettings = {
  backgroundMs: 10_000,
  timeoutSec: 1800,
  cleanupMs: 60_000,
  notifyOnExit: true,
  notifyOnExitEmptySuccess: false,
  pathPrepend: [],
}

export async function execStage(options: ExecStageOptions = {}): Promise<ExecStage> {
  const workspace = await realpath(await mkdtemp(join(tmpdir(), 'mayros-exec-')))
  const clock = new FakeClock()
  const requests: ExecRequest[] = []
  const exited: ExitedSession[] = []
  const deps: ExecDeps = {
    settingsOf: () => ({ ...DEFAULTS, ...options.settings }),
    clock: options.isRealTime === true ? new SystemClock() : clock,
    // Random, since processes are found by it: tests run side by side.
    ids: new NodeIds(),
    decide: async (request, signal) => {
      requests.push(request)
      return options.decide?.(request, signal) ?? { allowed: true }
    },
    forbidden: options.forbidden ?? (() => false),
    exited: (session) => void exited.push(session),
    environment: { PATH: process.env.PATH, HOME: workspace, STAGE: workspace, ...options.environment },
  }
  const toolbox = new ExecToolbox(deps)
  const call = async (name: string, params: object, context: Partial<ToolCallContext> = {}): Promise<Said> => {
    const tool = toolNamed(toolbox, name)
    const outcome = await tool.run(tool.params().parse(params), { ...toolCaller(workspace), ...context })
    const [block] = outcome.content
    return {
      text: block?.type === 'text' ? block.text : '',
      isError: outcome.isError === true,
      details: (outcome.details ?? {}) as Readonly<Record<string, unknown>>,
    }
  }
  return {
    toolbox,
    workspace,
    clock,
    requests,
    exited,
    exec: (params, context) => call('exec', params, context),
    process: (params, context) => call('process', params, context),
    leftovers: () => processesOf(workspace),
    async dispose() {
      await toolbox.close()
      await rm(workspace, { recursive: true, force: true })
    },
  }
}

/** Found by their environment, which is how the system shows whose they are, whatever became of their parents. */
async function processesOf(workspace: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [environment, command] = await Promise.all(
        ['environ', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      )
      return environment?.includes(`STAGE=${workspace}\0`) ? [`${pid}: ${command?.replaceAll('\0', ' ')}`] : []
    }),
  )
  return found.flat()
}
