import type { GatewayConfig } from './config.js'
import type { LocatedProblem } from './explain-issues.js'
import { finding } from './finding.js'

/** What must agree when webhooks are answered. */
export function hooksRules(config: GatewayConfig): LocatedProblem[] {
  if (!config.hooks.enabled) return []
  return [...tokenRules(config), ...pathRules(config), ...sessionKeyRules(config)]
}

function tokenRules({ hooks, gateway }: GatewayConfig): LocatedProblem[] {
  const at = ['hooks', 'token']
  if (hooks.token === undefined) return [finding(at, 'missing_key', 'required when hooks.enabled is true')]
  const { token, password } = gateway.auth
  if (hooks.token !== token && hooks.token !== password) return []
  return [finding(at, 'conflict', 'must differ from the token and the password of the gateway')]
}

function pathRules({ hooks, gateway }: GatewayConfig): LocatedProblem[] {
  const path = hooks.path.replace(/\/+$/, '')
  const at = ['hooks', 'path']
  if (path === '') return [finding(at, 'conflict', 'must not be /')]
  const taken = ['/v1', '/tools', gateway.controlUi.basePath].find((other) => other !== '' && overlaps(path, other))
  return taken === undefined ? [] : [finding(at, 'conflict', `collides with ${taken}`)]
}

function overlaps(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)
}

function sessionKeyRules({ hooks }: GatewayConfig): LocatedProblem[] {
  const { defaultSessionKey, allowedSessionKeyPrefixes: prefixes } = hooks
  if (prefixes === undefined) return []
  if (defaultSessionKey === undefined) {
    if (prefixes.includes('hook:')) return []
    const message = 'must contain "hook:" as long as there is no hooks.defaultSessionKey'
    return [finding(['hooks', 'allowedSessionKeyPrefixes'], 'conflict', message)]
  }
  if (prefixes.some((prefix) => defaultSessionKey.startsWith(prefix))) return []
  return [finding(['hooks', 'defaultSessionKey'], 'conflict', 'must start with one of hooks.allowedSessionKeyPrefixes')]
}
