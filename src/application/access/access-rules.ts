import { hostnameOf } from '../../domain/access/origin.js'
import type { ProxyTrust } from '../../domain/access/real-client.js'
import type { SharedSecret } from '../../domain/access/shared-secret.js'
import type { ProxyIdentityRules } from '../../domain/access/trusted-proxy.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import type { Addresses } from '../ports/addresses.js'
import type { LiveConfig } from '../reload/live-config.js'

/** Whom the door opens for, as one snapshot of the configuration says. */
export interface AccessSnapshot {
  readonly secret: SharedSecret
  readonly proxies: ProxyTrust
  readonly proxyIdentity: ProxyIdentityRules
  readonly allowTailnet: boolean
  /** Browser origins that may connect besides our own host. */
  readonly allowedOrigins: readonly string[]
  /** Host names by which this gateway may be called, besides addresses and the names of this machine itself. */
  readonly hostNames: readonly string[]
  /** The Control UI may come without a device, from this machine and with the shared secret. */
  readonly allowInsecureUi: boolean
  /** The Control UI may come without a device. */
  readonly disableUiDevices: boolean
}

/** The rules of the configuration in force, worked out once per snapshot. */
export class AccessRules {
  readonly #live: LiveConfig
  readonly #addresses: Addresses
  readonly #ownNames: readonly string[]
  readonly #isServedByTailscale: boolean
  #kept: { readonly version: number; readonly snapshot: AccessSnapshot } | undefined

  /**
   * @param about.hostname what this machine calls itself
   * @param about.isServedByTailscale whether this gateway is published to the tailnet
   */
  constructor(
    live: LiveConfig,
    addresses: Addresses,
    about: { readonly hostname: string; readonly isServedByTailscale: boolean },
  ) {
    this.#live = live
    this.#addresses = addresses
    this.#ownNames = [about.hostname, `${about.hostname}.local`]
    this.#isServedByTailscale = about.isServedByTailscale
  }

  get current(): AccessSnapshot {
    const { version, current } = this.#live
    if (this.#kept?.version !== version) {
      this.#kept = { version, snapshot: this.#read(current.config, current.secret) }
    }
    return this.#kept.snapshot
  }

  #read({ gateway }: GatewayConfig, secret: SharedSecret): AccessSnapshot {
    const { auth, controlUi } = gateway
    const proxies = this.#addresses.networks(gateway.trustedProxies)
    return {
      secret,
      proxies: {
        isProxy: (address) => proxies.has(address),
        normalise: (text) => this.#addresses.normalise(text),
        allowRealIpFallback: gateway.allowRealIpFallback,
      },
      proxyIdentity: auth.trustedProxy,
      allowTailnet: auth.allowTailscale ?? (this.#isServedByTailscale && secret.mode === 'token'),
      allowedOrigins: controlUi.allowedOrigins,
      hostNames: [...this.#ownNames, ...controlUi.allowedOrigins.flatMap(hostOfOrigin)],
      allowInsecureUi: controlUi.allowInsecureAuth,
      disableUiDevices: controlUi.dangerouslyDisableDeviceAuth,
    }
  }
}

function hostOfOrigin(origin: string): readonly string[] {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/]+)$/i.exec(origin)?.[1]
  return authority === undefined ? [] : [hostnameOf(authority.toLowerCase())]
}
