import { HOOK_PRESETS } from '../hooks/hook-presets.js'
import { signatureRules } from '../hooks/signature.js'
import type { GatewayConfig } from './config.js'
import type { LocatedProblem } from './explain-issues.js'
import { finding, notFound } from './finding.js'

/** What must agree when webhooks are answered. */
export function hooksRules(config: GatewayConfig): LocatedProblem[] {
  if (!config.hooks.enabled) return []
  return [
    ...tokenRules(config),
    ...pathRules(config),
    ...sessionKeyRules(config),
    ...presetRules(config),
    ...signatureProblems(config),
  ]
}

function presetRules({ hooks }: GatewayConfig): LocatedProblem[] {
  const known = Object.keys(HOOK_PRESETS)
  return hooks.presets.flatMap((name, index) =>
    known.includes(name) ? [] : [notFound(['hooks', 'presets', index], 'preset', name, known)],
  )
}

/** A signature that replaces the token and is never checked would leave the door open. */
function signatureProblems({ hooks }: GatewayConfig): LocatedProblem[] {
  const message = 'needs a secret to sign with'
  const forAll = hooks.signature.replacesToken && hooks.signature.secret === undefined
  return [
    ...(forAll ? [finding(['hooks', 'signature', 'replacesToken'], 'conflict', message)] : []),
    ...hooks.mappings.flatMap((mapping, index) => {
      if (mapping.signature === undefined || signatureRules(hooks.signature, mapping) !== null) return []
      return [finding(['hooks', 'mappings', index, 'signature'], 'conflict', message)]
    }),
  ]
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
