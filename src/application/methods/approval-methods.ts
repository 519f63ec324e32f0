import type { ApprovalsFile } from '../../domain/exec/approvals-file.js'
import {
  type ApprovalRequestParams,
  approvalRequestParams,
  approvalResolveParams,
  approvalsSetParams,
} from '../../domain/protocol/methods/approvals.js'
import { noParams } from '../../domain/protocol/methods/gateway-state.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { actorOf } from '../access/actor-of.js'
import type { Call } from '../connection/call.js'
import type { ApprovalsBook, ApprovalsState } from '../exec/approvals-book.js'
import {
  APPROVAL_DECISIONS,
  type ApprovalDecision,
  type AskedQuestion,
  type PendingApprovals,
} from '../exec/pending-approvals.js'
import { lenientMethod, type MethodRow, method, patient, unadvertised } from '../method-table.js'
import type { AuditTrail } from '../ports/audit-trail.js'

export interface ApprovalMethodParts {
  readonly book: ApprovalsBook
  readonly pending: PendingApprovals
  readonly trail: Pick<AuditTrail, 'record'>
}

/** Which commands may run without asking, and the questions about those that may not. */
export function approvalMethods({ book, pending, trail }: ApprovalMethodParts): readonly MethodRow[] {
  return [
    method('exec.approvals.get', noParams, async () => viewOf(book, await book.read())),
    method('exec.approvals.set', approvalsSetParams, async ({ file, baseHash }, call) => {
      const state = await book.replace(file, baseHash)
      trail.record('approval', { ...actorOf(call.client.identity), reason: 'list-changed', subject: 'exec-approvals' })
      return viewOf(book, state)
    }),
    patient(method('exec.approval.request', approvalRequestParams, (params, call) => request(pending, params, call))),
    patient(lenientMethod('exec.approval.waitDecision', ({ id }) => waitDecision(pending, id))),
    method('exec.approval.resolve', approvalResolveParams, async ({ id, decision }, call) => {
      await pending.resolve(id, decisionNamed(decision), deciderOf(call))
      return { ok: true }
    }),
    unadvertised(method('exec.approval.list', noParams, () => ({ pending: pending.list() }))),
  ]
}

/** What clients see of the file: everything but the token of the socket. */
function viewOf({ location }: ApprovalsBook, { exists, hash, file }: ApprovalsState): object {
  return { path: location, exists, hash, file: withoutToken(file) }
}

function withoutToken({ socket, ...file }: ApprovalsFile): ApprovalsFile {
  if (socket === undefined) return file
  return { ...file, socket: socket.path === undefined ? {} : { path: socket.path } }
}

function request(pending: PendingApprovals, params: ApprovalRequestParams, call: Call): Promise<object> {
  const { command, cwd, host, security, ask, agentId, resolvedPath, sessionKey } = params
  const asked = pending.ask(
    {
      command,
      cwd: cwd ?? null,
      host: host ?? null,
      security: security ?? null,
      ask: ask ?? null,
      agentId: agentId ?? null,
      resolvedPath: resolvedPath ?? null,
      sessionKey: sessionKey ?? null,
    },
    { id: params.id, timeoutMs: params.timeoutMs },
  )
  if (params.twoPhase === true) {
    const { id, createdAtMs, expiresAtMs } = asked.question
    call.acknowledge({ status: 'accepted', id, createdAtMs, expiresAtMs })
  }
  return decided(asked)
}

function waitDecision(pending: PendingApprovals, id: unknown): Promise<object> {
  if (typeof id !== 'string' || id.trim() === '') throw invalidRequest('id is required')
  const asked = pending.find(id)
  if (asked === undefined) throw invalidRequest('approval expired or not found')
  return decided(asked)
}

async function decided({ question, decision }: AskedQuestion): Promise<object> {
  const { id, createdAtMs, expiresAtMs } = question
  return { id, decision: await decision, createdAtMs, expiresAtMs }
}

function decisionNamed(word: string): ApprovalDecision {
  const decision = APPROVAL_DECISIONS.find((one) => one === word)
  if (decision === undefined) throw invalidRequest('invalid decision')
  return decision
}

function deciderOf({ client: { identity } }: Call) {
  const { displayName, id } = identity.client
  return { facts: actorOf(identity), name: displayName ?? id }
}
