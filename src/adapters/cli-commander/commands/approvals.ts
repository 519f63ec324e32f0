import type { GatewayClient } from '../../../application/ports/gateway-client.js'
import type { AllowlistEntry, ApprovalsFile } from '../../../domain/exec/approvals-file.js'
import { withoutPattern } from '../../../domain/exec/change-allowlist.js'
import { parsePattern } from '../../../domain/exec/command-pattern.js'
import { printable } from '../../../domain/log/printable.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { parseTypedJson } from '../json-text.js'
import { approvalsLines, type PendingQuestion, pendingLines } from '../render/approvals.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface ApprovalsSetFlags extends SharedFlags {
  readonly file: string
}

export interface ApprovalsAllowFlags extends SharedFlags {
  readonly agent?: string
}

export interface ApprovalsResolveFlags extends SharedFlags {
  readonly decision: string
}

/** What `exec.approvals.get` answers. */
interface ApprovalsView {
  readonly path: string
  readonly exists: boolean
  readonly hash: string
  readonly file: ApprovalsFile
}

/** `mayros approvals get`: rules and allow lists of the running gateway. */
export async function approvalsGet(context: CommandContext, flags: SharedFlags): Promise<number> {
  const view = await asked(context, flags, (client, timeoutMs) => get(client, timeoutMs))
  if (context.json) context.printJson({ target: 'gateway', ...view })
  else context.print(approvalsLines(view.file, view.path))
  return exitCodes.ok
}

/** `mayros approvals set --file`: replaces all of it, unless somebody changes it meanwhile. */
export async function approvalsSet(context: CommandContext, flags: ApprovalsSetFlags): Promise<number> {
  const text = await textOf(context, flags.file)
  const file = parseTypedJson('--file', text)
  const view = await asked(context, flags, async (client, timeoutMs) => {
    const before = await get(client, timeoutMs)
    return set(client, timeoutMs, file, before)
  })
  if (context.json) context.printJson({ ok: true, target: 'gateway', ...view })
  else context.print(`saved ${printable(view.path)}`)
  return exitCodes.ok
}

/** `mayros approvals allow` and `allowlist remove`. */
export async function approvalsChange(
  context: CommandContext,
  change: 'add' | 'remove',
  pattern: string,
  flags: ApprovalsAllowFlags,
): Promise<number> {
  const agentId = flags.agent ?? '*'
  if (change === 'add' && parsePattern(pattern) === null) {
    throw new UsageFailure(`a pattern begins with the absolute path of a program, got "${pattern}"`)
  }
  const isChanged = await asked(context, flags, async (client, timeoutMs) => {
    const before = await get(client, timeoutMs)
    const after =
      change === 'add' ? withNew(before.file, agentId, pattern) : withoutPattern(before.file, agentId, pattern)
    if (after === before.file) return false
    await set(client, timeoutMs, after, before)
    return true
  })
  const state = change === 'add' ? 'allowed' : 'not allowed'
  const who = agentId === '*' ? 'all agents' : `agent ${agentId}`
  if (context.json) context.printJson({ ok: true, agentId, pattern, changed: isChanged })
  else context.print(printable(`${isChanged ? 'now' : 'already'} ${state} for ${who}: ${pattern}`))
  return exitCodes.ok
}

/** `mayros approvals pending`: questions without an answer. */
export async function approvalsPending(context: CommandContext, flags: SharedFlags): Promise<number> {
  const { pending } = await asked(context, flags, (client, timeoutMs) =>
    client.call<{ pending: readonly PendingQuestion[] }>('exec.approval.list', {}, { timeoutMs }),
  )
  if (context.json) context.printJson({ pending })
  else context.print(pendingLines(pending, context.deps.now()))
  return exitCodes.ok
}

/** `mayros approvals resolve`: answers a question. */
export async function approvalsResolve(
  context: CommandContext,
  id: string,
  flags: ApprovalsResolveFlags,
): Promise<number> {
  const { decision } = flags
  await asked(context, flags, (client, timeoutMs) =>
    client.call('exec.approval.resolve', { id, decision }, { timeoutMs }),
  )
  if (context.json) context.printJson({ ok: true, id, decision })
  else context.print(printable(`${decision}: ${id}`))
  return exitCodes.ok
}

/** A file, or `-` for stdin. */
function textOf(context: CommandContext, path: string): Promise<string> {
  if (path === '-') return context.deps.stdin.readAll()
  return context.deps.readFile(path).catch((thrown: unknown) => {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new UsageFailure(`--file: cannot read ${path}: ${code}`)
  })
}

async function asked<T>(
  context: CommandContext,
  flags: SharedFlags,
  work: (client: GatewayClient, timeoutMs: number) => Promise<T>,
): Promise<T> {
  const access = await findGateway(context, flags)
  return withGateway(access, (client) => work(client, access.timeoutMs))
}

function get(client: GatewayClient, timeoutMs: number): Promise<ApprovalsView> {
  return client.call<ApprovalsView>('exec.approvals.get', {}, { timeoutMs })
}

function set(client: GatewayClient, timeoutMs: number, file: unknown, before: ApprovalsView): Promise<ApprovalsView> {
  const params = { file, ...(before.exists ? { baseHash: before.hash } : {}) }
  return client.call<ApprovalsView>('exec.approvals.set', params, { timeoutMs })
}

/** The gateway gives the entry its id. */
function withNew(file: ApprovalsFile, agentId: string, pattern: string): ApprovalsFile {
  const agents = file.agents ?? {}
  const agent = Object.hasOwn(agents, agentId) ? agents[agentId] : undefined
  const allowlist = agent?.allowlist ?? []
  if (allowlist.some((entry) => entry.pattern === pattern)) return file
  const entry = { pattern } as AllowlistEntry
  return { ...file, agents: { ...agents, [agentId]: { ...agent, allowlist: [...allowlist, entry] } } }
}
