import type { SessionSettings } from '../session/session-entry.js'
import type { ElevatedLevel } from './elevated.js'
import { EXEC_ASKS, EXEC_SECURITIES, type ExecRules, moreCarefulAsk, stricterSecurity } from './exec-rules.js'

/**
 * The rules for one run: first what elevated rights change, then the session's own words, which can only make them
 * stricter. Where commands are switched off, nobody's rights switch them on.
 */
export function rulesForRun(
  rules: ExecRules,
  session: Pick<SessionSettings, 'execSecurity' | 'execAsk'> | null,
  elevated: ElevatedLevel,
): ExecRules {
  const raised = elevatedRules(rules, elevated)
  const security = EXEC_SECURITIES.find((word) => word === session?.execSecurity)
  const ask = EXEC_ASKS.find((word) => word === session?.execAsk)
  return {
    ...raised,
    security: security === undefined ? raised.security : stricterSecurity(raised.security, security),
    ask: ask === undefined ? raised.ask : moreCarefulAsk(raised.ask, ask),
  }
}

function elevatedRules(rules: ExecRules, elevated: ElevatedLevel): ExecRules {
  if (rules.security === 'deny' || elevated === 'off' || elevated === 'on') return rules
  return elevated === 'ask' ? { ...rules, ask: 'always' } : { ...rules, security: 'full', ask: 'off' }
}
