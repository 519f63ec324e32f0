import { exposureOf, isExposed } from '../exposure.js'
import type { SecurityCheck } from '../finding.js'

/** The Control UI, encryption, and what is published beyond this machine. */
export const FRONT_CHECKS: readonly SecurityCheck[] = [
  {
    id: 'ui.insecure-auth',
    worst: 'warn',
    title: 'the Control UI can be used with a token alone over plain HTTP',
    remediation: 'set gateway.controlUi.allowInsecureAuth to false',
    find: ({ config }) =>
      config.gateway.controlUi.allowInsecureAuth
        ? [
            {
              severity: 'warn',
              detail: 'whoever listens to the network can take the token over',
              key: 'gateway.controlUi.allowInsecureAuth',
            },
          ]
        : [],
  },
  {
    id: 'ui.device-auth-disabled',
    worst: 'critical',
    title: 'the Control UI needs no device identity',
    remediation: 'set gateway.controlUi.dangerouslyDisableDeviceAuth to false',
    find: ({ config }) =>
      config.gateway.controlUi.dangerouslyDisableDeviceAuth
        ? [
            {
              severity: 'critical',
              detail: 'the shared secret alone gives every scope, from every browser',
              key: 'gateway.controlUi.dangerouslyDisableDeviceAuth',
            },
          ]
        : [],
  },
  {
    id: 'ui.origin-wildcard',
    worst: 'critical',
    title: 'every web page may connect',
    remediation: 'list the origins of your own pages in gateway.controlUi.allowedOrigins',
    find: (facts) => {
      const index = facts.config.gateway.controlUi.allowedOrigins.indexOf('*')
      if (index === -1) return []
      const isAmbient = facts.auth.mode === 'none' || facts.auth.mode === 'trusted-proxy'
      const severity = isExposed(facts) || isAmbient ? 'critical' : 'warn'
      const detail = 'a page in the browser of somebody who can reach the gateway can talk to it'
      return [{ severity, detail, key: `gateway.controlUi.allowedOrigins[${index}]` }]
    },
  },
  {
    id: 'tls.off-on-lan',
    worst: 'warn',
    title: 'the network can read along',
    remediation: 'set gateway.tls.enabled to true, or put a proxy with TLS in front and bind to loopback',
    find: (facts) =>
      exposureOf(facts) === 'network' && !facts.config.gateway.tls.enabled
        ? [
            {
              severity: 'warn',
              detail: 'secrets and conversations cross the network in plain text',
              key: 'gateway.tls.enabled',
            },
          ]
        : [],
  },
  {
    id: 'tls.outdated',
    worst: 'warn',
    title: 'outdated TLS is accepted',
    remediation: 'remove --tls-min-v1.0 and --tls-min-v1.1 from NODE_OPTIONS',
    find: ({ variables }) =>
      /--tls-min-v1\.[01]\b/.test(variables.NODE_OPTIONS ?? '')
        ? [{ severity: 'warn', detail: 'NODE_OPTIONS allows TLS 1.0 or 1.1' }]
        : [],
  },
  {
    id: 'tls.verification-off',
    worst: 'critical',
    title: 'certificates of others are not checked',
    remediation: 'unset NODE_TLS_REJECT_UNAUTHORIZED; name private authorities in NODE_EXTRA_CA_CERTS',
    find: ({ variables }) =>
      variables.NODE_TLS_REJECT_UNAUTHORIZED === '0'
        ? [
            {
              severity: 'critical',
              detail: 'NODE_TLS_REJECT_UNAUTHORIZED=0: anybody on the way can pose as a model provider or a channel',
            },
          ]
        : [],
  },
  {
    id: 'tailscale.funnel',
    worst: 'critical',
    title: 'the gateway is open to the whole internet',
    remediation: 'set gateway.tailscale.mode to serve, which opens it to the tailnet only',
    find: ({ config }) =>
      config.gateway.tailscale.mode === 'funnel'
        ? [{ severity: 'critical', detail: 'only the password keeps strangers out', key: 'gateway.tailscale.mode' }]
        : [],
  },
  {
    id: 'remote.plain',
    worst: 'warn',
    title: 'the remote gateway is called without encryption',
    remediation: 'use a wss:// address, or transport ssh',
    find: ({ config }) => {
      const { remote } = config.gateway
      if (remote?.url === undefined || remote.transport !== 'direct' || !remote.url.startsWith('ws://')) return []
      if (/^ws:\/\/(?:localhost|127\.|\[::1\])/.test(remote.url)) return []
      return [{ severity: 'warn', detail: 'its token crosses the network in plain text', key: 'gateway.remote.url' }]
    },
  },
  {
    id: 'discovery.mdns-full',
    worst: 'info',
    title: 'the network would be told more than it needs',
    remediation: 'set discovery.mdns.mode to minimal',
    find: ({ config }) =>
      config.discovery.mdns.mode === 'full'
        ? [
            {
              severity: 'info',
              detail: 'it asks for paths and ports to be announced, once announcements are made',
              key: 'discovery.mdns.mode',
            },
          ]
        : [],
  },
]
