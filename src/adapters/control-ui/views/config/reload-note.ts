import { reloadRuleOf } from '../../../../domain/reload/reload-rules.js'
import type { FormPath } from '../../schema-form/form-path.js'

/** Whether a change of the value at this path needs a restart of the gateway. */
export function needsRestart(path: FormPath): boolean {
  return reloadRuleOf(path).class === 'restart'
}
