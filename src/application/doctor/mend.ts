import type { ConfigSource, ConfigWriteOrigin } from '../ports/config-source.js'
import type { DoctorTools } from './doctor-tools.js'
import type { Repair } from './finding.js'

export interface MendingParts {
  readonly tools: DoctorTools
  readonly source: Pick<ConfigSource, 'edit'>
  readonly origin: ConfigWriteOrigin
  /** Also replaces what somebody wrote by hand. */
  readonly force: boolean
}

/** Makes one repair. Making it again changes nothing. Rejects with what the part that was touched says. */
export async function mend(repair: Repair, { tools, source, origin, force }: MendingParts): Promise<void> {
  switch (repair.kind) {
    case 'rights':
      return tools.files.tighten(repair.path, repair.mode)
    case 'config':
      await source.edit(repair.edits, { origin })
      return
    case 'token': {
      const edit = { path: ['gateway', 'auth', 'token'], value: tools.newToken() }
      await source.edit([edit], { origin })
      return
    }
    case 'directory':
      return tools.host.makeDirectory(repair.path)
    case 'remove':
      return tools.host.remove(repair.path)
    case 'service':
      return tools.mendService(repair.action, { force })
  }
}
