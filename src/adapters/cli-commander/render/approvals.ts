import type { ApprovalDefaults, ApprovalsFile } from '../../../domain/exec/approvals-file.js'
import { printable } from '../../../domain/log/printable.js'
import { roughly, table } from './words.js'

/** What the command line reads of a question. */
export interface PendingQuestion {
  readonly id: string
  readonly request: {
    readonly command: string
    readonly agentId: string | null
    readonly cwd: string | null
  }
  /** Unix milliseconds. */
  readonly expiresAtMs: number
}

export function approvalsLines(file: ApprovalsFile, path: string): string[] {
  const agents = Object.entries(file.agents ?? {})
  const lines = agents.flatMap(([agentId, agent]) => [
    `${agentId === '*' ? 'all agents' : `agent ${agentId}`}: ${rulesText(agent)}`,
    ...(agent.allowlist ?? []).map(({ pattern }) => `  ${pattern}`),
  ])
  return [path, `defaults: ${rulesText(file.defaults ?? {})}`, ...lines].map(printable)
}

function rulesText({ security, ask, askFallback }: ApprovalDefaults): string {
  const rules = Object.entries({ security, ask, askFallback }).filter(([, value]) => value !== undefined)
  return rules.length === 0 ? 'as configured' : rules.map(([key, value]) => `${key} ${value}`).join(', ')
}

export function pendingLines(pending: readonly PendingQuestion[], now: number): string[] {
  if (pending.length === 0) return ['no questions']
  return table(
    pending.map(({ id, request, expiresAtMs }) => [
      printable(id),
      printable(`agent ${request.agentId ?? '-'}`),
      `expires in ${roughly(expiresAtMs - now)}`,
      printable(`${request.command}${request.cwd === null ? '' : `  (in ${request.cwd})`}`),
    ]),
  )
}
