import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { AgentProfile } from '../../domain/config/agents.js'
import {
  type AgentsCreateParams,
  type AgentsDeleteParams,
  type AgentsFilesGetParams,
  type AgentsFilesListParams,
  type AgentsFilesSetParams,
  type AgentsUpdateParams,
  agentsCreateParams,
  agentsDeleteParams,
  agentsFilesGetParams,
  agentsFilesListParams,
  agentsFilesSetParams,
  agentsUpdateParams,
} from '../../domain/protocol/methods/agents.js'
import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import { actorOf } from '../access/actor-of.js'
import type { AgentBook } from '../agents/agent-book.js'
import { AgentFailure } from '../agents/agent-failure.js'
import { isWorkspaceFileName, OLD_MEMORY_FILE, WORKSPACE_FILE_NAMES } from '../agents/workspace-file-names.js'
import { refusingWrite } from '../config/refusing-write.js'
import type { Call } from '../connection/call.js'
import { type MethodRow, method, patient } from '../method-table.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { ConfigWriteOrigin, ConfigWritten } from '../ports/config-source.js'
import type { Log } from '../ports/log.js'
import { type WorkspaceFileFacts, type WorkspaceFiles, WorkspaceFilesFailure } from '../ports/workspace-files.js'

export interface AgentMethodParts {
  readonly book: Pick<AgentBook, 'create' | 'update' | 'delete'>
  readonly agents: AgentDirectory
  readonly files: Pick<WorkspaceFiles, 'inspect' | 'read' | 'write'>
  readonly trail: Pick<AuditTrail, 'record'>
  readonly log: Log
}

/** Adding, changing and removing agents, and the files that say who they are. */
export function agentMethods(parts: AgentMethodParts): readonly MethodRow[] {
  return [
    patient(method('agents.create', agentsCreateParams, (params, call) => create(parts, params, call))),
    patient(method('agents.update', agentsUpdateParams, (params, call) => update(parts, params, call))),
    patient(method('agents.delete', agentsDeleteParams, (params, call) => remove(parts, params, call))),
    method('agents.files.list', agentsFilesListParams, (params) => listFiles(parts, params)),
    method('agents.files.get', agentsFilesGetParams, (params) => getFile(parts, params)),
    method('agents.files.set', agentsFilesSetParams, (params, call) => setFile(parts, params, call)),
  ]
}

async function create(parts: AgentMethodParts, params: AgentsCreateParams, call: Call): Promise<object> {
  const { name, workspace, emoji, avatar } = params
  const settings = { workspace, identity: { emoji, avatar } }
  const { agent, written } = await refusing(parts.book.create(name, settings, originOf(call)))
  recordWrite(parts, call, written)
  return { ok: true, agentId: agent.id, name: agent.name ?? agent.id, workspace: agent.workspace }
}

async function update(parts: AgentMethodParts, params: AgentsUpdateParams, call: Call): Promise<object> {
  const { agentId, name, workspace, model, avatar } = params
  const settings = { name, workspace, model, identity: { avatar } }
  const { agent, written } = await refusing(parts.book.update(agentId, settings, originOf(call)))
  recordWrite(parts, call, written)
  return { ok: true, agentId: agent.id }
}

async function remove(parts: AgentMethodParts, params: AgentsDeleteParams, call: Call): Promise<object> {
  const { agentId, deleteFiles = true } = params
  const removed = await refusing(parts.book.delete(agentId, { deleteFiles }, originOf(call)))
  recordWrite(parts, call, removed.written)
  return { ok: true, agentId: removed.agentId, removedBindings: removed.removedBindings }
}

async function listFiles(parts: AgentMethodParts, { agentId }: AgentsFilesListParams): Promise<object> {
  const { id, workspace } = agentOf(parts, agentId)
  const found = await refusing(parts.files.inspect(workspace, [...WORKSPACE_FILE_NAMES, OLD_MEMORY_FILE]))
  const old = found.at(-1) ?? null
  const files = WORKSPACE_FILE_NAMES.map((name, index) => shown(workspace, name, found[index] ?? null))
  return { agentId: id, workspace, files: old === null ? files : [...files, shown(workspace, OLD_MEMORY_FILE, old)] }
}

async function getFile(parts: AgentMethodParts, { agentId, name }: AgentsFilesGetParams): Promise<object> {
  const { id, workspace } = agentOf(parts, agentId)
  requireKnownName(name)
  const found = await refusing(parts.files.read(workspace, name))
  const content = found === null ? {} : { content: found.text }
  return { agentId: id, workspace, file: { ...shown(workspace, name, found), ...content } }
}

async function setFile(parts: AgentMethodParts, params: AgentsFilesSetParams, call: Call): Promise<object> {
  const { id, workspace } = agentOf(parts, params.agentId)
  const { name, content } = params
  requireKnownName(name)
  const facts = await refusing(parts.files.write(workspace, name, content))
  const { connId } = call.client.identity
  parts.log.info('a client changed a workspace file', { agentId: id, file: facts.path, bytes: facts.size, connId })
  return { ok: true, agentId: id, workspace, file: { ...shown(workspace, name, facts), content } }
}

function shown(workspace: string, name: string, facts: WorkspaceFileFacts | null): object {
  if (facts === null) return { name, path: `${workspace}/${name}`, missing: true }
  const { path, size, updatedAtMs } = facts
  return { name, path, missing: false, size, updatedAtMs }
}

function agentOf({ agents }: AgentMethodParts, agentId: string): AgentProfile {
  const agent = agents.find(agentId)
  if (agent === undefined) throw invalidRequest('unknown agent id')
  return agent
}

function requireKnownName(name: string): void {
  if (!isWorkspaceFileName(name)) throw invalidRequest(`unsupported file "${name}"`)
}

function originOf({ client }: Call): ConfigWriteOrigin {
  const { deviceId, remoteIp, connId } = client.identity
  return { source: 'rpc', actor: deviceId ?? remoteIp ?? connId }
}

function recordWrite({ trail }: AgentMethodParts, call: Call, { changed }: ConfigWritten): void {
  trail.record('config-written', { ...actorOf(call.client.identity), subject: call.method, details: { changed } })
}

/** Tells expected failures in the words of the protocol. */
async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await refusingWrite(work)
  } catch (thrown) {
    if (thrown instanceof AgentFailure) throw invalidRequest(thrown.message)
    if (!(thrown instanceof WorkspaceFilesFailure)) throw thrown
    if (thrown.code !== 'workspace-unavailable') throw invalidRequest(thrown.message)
    throw unavailable(thrown.message, { retryable: true, cause: thrown })
  }
}
