import { AUTH_CHECKS } from './checks/auth-checks.js'
import { CHANNEL_CHECKS } from './checks/channel-checks.js'
import { DEEP_CHECKS } from './checks/deep-checks.js'
import { FILE_CHECKS } from './checks/file-checks.js'
import { FRONT_CHECKS } from './checks/front-checks.js'
import { PROXY_CHECKS } from './checks/proxy-checks.js'
import { TOOL_CHECKS } from './checks/tool-checks.js'
import type { SecurityCheck } from './finding.js'

const CONFIG_CHECK: SecurityCheck = {
  id: 'config.invalid',
  worst: 'warn',
  title: 'the configuration is not valid',
  remediation: 'mend it: mayros config validate',
  find: ({ problems }) => {
    const [first] = problems
    if (first === undefined) return []
    const more = problems.length > 1 ? ` and ${problems.length - 1} more` : ''
    return [{ severity: 'warn', detail: `${first}${more}; only what is valid by itself was looked at` }]
  },
}

/** Everything the audit looks at. */
export const SECURITY_CHECKS: readonly SecurityCheck[] = [
  CONFIG_CHECK,
  ...AUTH_CHECKS,
  ...PROXY_CHECKS,
  ...FRONT_CHECKS,
  ...FILE_CHECKS,
  ...CHANNEL_CHECKS,
  ...TOOL_CHECKS,
  ...DEEP_CHECKS,
]
