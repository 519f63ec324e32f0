import type { Clock } from '../../application/ports/clock.js'
import type { Ids } from '../../application/ports/ids.js'
import type { DecideExec } from './exec-request.js'
import type { ExecToolSettingsOf } from './exec-tool-settings.js'
import type { ExitedSession } from './exited-session.js'

/** What the process tools are given. */
export interface ExecDeps {
  readonly settingsOf: ExecToolSettingsOf
  readonly clock: Clock
  readonly ids: Ids
  /** Says whether a command may run; may take as long as somebody needs to answer. */
  readonly decide: DecideExec
  /** Whether a variable of this process holds a configured secret, and stays here. */
  readonly forbidden: (name: string) => boolean
  /** Told when a background command ended by itself and the settings ask for it. Must not throw. */
  readonly exited: (session: ExitedSession) => void
  /** The environment of this process. */
  readonly environment: Readonly<Record<string, string | undefined>>
}
