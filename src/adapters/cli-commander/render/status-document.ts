import { failureDocument } from './failure.js'
import { serviceDocument } from './service-document.js'
import type { OverviewFacts } from './status.js'

/** `status --json`. Members are always there; null = not known, or not asked for. */
export function statusDocument(facts: OverviewFacts, platform: string): Record<string, unknown> {
  const { access, answers, hello, security, update, report } = facts
  const { environment, hints, record, target } = access
  return {
    gateway: {
      reachable: hello !== null,
      url: target.url,
      urlSource: target.source,
      latencyMs: facts.latencyMs,
      roundsMs: facts.roundsMs,
      version: hello?.server.version ?? record?.version ?? null,
      authMode: hello?.snapshot.authMode ?? record?.authMode ?? null,
      pid: record?.pid ?? null,
      memoryBytes: facts.memoryBytes,
      uptimeMs: hello?.snapshot.uptimeMs ?? null,
      state: record?.state ?? null,
      supervisor: record?.supervisor ?? null,
      error: facts.failure === null ? null : failureDocument(facts.failure).error,
    },
    service: serviceDocument(facts.service),
    config: {
      path: environment.configPath,
      stateDir: environment.stateDir,
      profile: environment.profile,
      exists: hints.exists,
      valid: hints.problems.length === 0,
      issues: hints.problems,
      pendingRestart: answers?.health?.config?.pendingRestart ?? null,
      lastError: answers?.health?.config?.lastError ?? null,
    },
    channels: answers?.health?.channels ?? null,
    agents: answers?.agents?.agents ?? null,
    sessions: answers?.status?.sessions ?? null,
    heartbeat: answers?.heartbeat ?? null,
    cron: answers?.cron ?? null,
    models: answers?.models?.models ?? null,
    providers: answers?.keys?.auth.providers ?? null,
    usage: answers?.usage?.providers ?? null,
    securityAudit: security.kind === 'seen' ? { summary: security.summary, findings: security.findings } : null,
    update: { ...update, checkedAt: update.checkedAt === null ? null : new Date(update.checkedAt).toISOString() },
    os: { platform, ...report?.host },
    report:
      report === null
        ? null
        : {
            installKind: report.installation,
            configText: security.kind === 'seen' ? security.configText : null,
            configProblems: security.kind === 'seen' ? security.configProblems : [],
            log: report.log.map(({ time, level, subsystem, message }) => ({ time, level, subsystem, message })),
          },
  }
}
