import { isSecretVariable } from '../../../domain/service/captured-environment.js'
import type { ServiceSight } from '../status/look-at-service.js'

/** The service of this host for programs; never with a secret, even where somebody wrote one into its file. */
export function serviceDocument(service: ServiceSight | null): Record<string, unknown> | null {
  if (service === null) return null
  const { report, problem } = service
  if (report === null) return { label: 'none', name: null, installed: false, unavailable: problem }
  const { installed, state, linger, drift } = report
  return {
    label: report.kind,
    name: report.name,
    installed: installed !== null,
    unavailable: problem,
    loaded: state.isLoaded,
    enabled: state.isEnabled,
    file: installed?.file ?? null,
    command:
      installed === null
        ? null
        : {
            programArguments: withoutSecrets(installed.programArguments),
            workingDirectory: installed.workingDirectory,
            environment: Object.fromEntries(
              Object.entries(installed.environment).filter(([name, value]) => !isSecretVariable(name, value)),
            ),
          },
    runtime: {
      status: state.status,
      state: state.state,
      subState: state.subState,
      pid: state.pid,
      restarts: state.restarts,
      lastExitStatus: state.lastExit?.code ?? null,
      lastExitSignal: state.lastExit?.signal ?? null,
    },
    configAudit: {
      ok: drift.every(({ level }) => level === 'info'),
      issues: drift.map(({ code, level, message }) => ({ code, level, message })),
    },
    linger: linger.isNeeded ? linger.isOn : null,
  }
}

/** Somebody may have put a secret into the command line of a service. */
export function withoutSecrets(words: readonly string[]): readonly string[] {
  return words.map((word, index) => {
    if (/^--(?:token|password)$/.test(words[index - 1] ?? '')) return '***'
    return word.replace(/^(--(?:token|password)=).+$/, '$1***')
  })
}
