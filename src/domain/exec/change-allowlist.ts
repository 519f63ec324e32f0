import type { AgentApprovals, AllowlistEntry, ApprovalsFile } from './approvals-file.js'

/** The file with one more pattern for an agent; the same file when it is there already. */
export function withPattern(file: ApprovalsFile, agentId: string, entry: AllowlistEntry): ApprovalsFile {
  const agent = agentOf(file, agentId)
  const allowlist = agent.allowlist ?? []
  if (allowlist.some(({ pattern }) => pattern === entry.pattern)) return file
  return withAgent(file, agentId, { ...agent, allowlist: [...allowlist, entry] })
}

/** The file without a pattern; the same file when it is not there. */
export function withoutPattern(file: ApprovalsFile, agentId: string, pattern: string): ApprovalsFile {
  const agent = agentOf(file, agentId)
  const allowlist = (agent.allowlist ?? []).filter((entry) => entry.pattern !== pattern)
  if (allowlist.length === (agent.allowlist?.length ?? 0)) return file
  return withAgent(file, agentId, { ...agent, allowlist })
}

/** The file with a note on these entries that they were used; the same file when there are none of these ids. */
export function withUse(
  file: ApprovalsFile,
  ids: readonly string[],
  use: Omit<AllowlistEntry, 'id' | 'pattern'>,
): ApprovalsFile {
  let isChanged = false
  const agents = Object.entries(file.agents ?? {}).map(([agentId, agent]): [string, AgentApprovals] => {
    if (agent.allowlist?.some(({ id }) => ids.includes(id)) !== true) return [agentId, agent]
    isChanged = true
    const allowlist = agent.allowlist.map((entry) => (ids.includes(entry.id) ? { ...entry, ...use } : entry))
    return [agentId, { ...agent, allowlist }]
  })
  return isChanged ? { ...file, agents: Object.fromEntries(agents) } : file
}

function agentOf({ agents = {} }: ApprovalsFile, agentId: string): AgentApprovals {
  return Object.hasOwn(agents, agentId) ? (agents[agentId] as AgentApprovals) : {}
}

function withAgent(file: ApprovalsFile, agentId: string, agent: AgentApprovals): ApprovalsFile {
  return { ...file, agents: { ...file.agents, [agentId]: agent } }
}
