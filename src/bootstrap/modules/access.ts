import { join } from 'node:path'
import { IpaddrAddresses } from '../../adapters/addresses-ipaddr/ipaddr-addresses.js'
import { FileAuditTrail } from '../../adapters/audit-file/file-audit-trail.js'
import { MdnsBeacons } from '../../adapters/beacons-mdns/mdns-beacons.js'
import { FileDocument } from '../../adapters/document-file/file-document.js'
import { TailscaleCliTailnet } from '../../adapters/tailnet-tailscale-cli/tailscale-cli-tailnet.js'
import { AccessRules } from '../../application/access/access-rules.js'
import { Authenticator } from '../../application/access/authenticator.js'
import { ClientReview } from '../../application/access/client-review.js'
import { DeviceNewsDesk } from '../../application/access/device-news.js'
import { DeviceRegistry } from '../../application/access/device-registry.js'
import { DeviceTokens } from '../../application/access/device-tokens.js'
import { GatewayFrontDoor } from '../../application/access/gateway-front-door.js'
import { KnockLimit } from '../../application/access/knock-limit.js'
import { LoginThrottle } from '../../application/access/login-throttle.js'
import { LoginTickets } from '../../application/access/login-tickets.js'
import { PairingGate } from '../../application/access/pairing-gate.js'
import { Handshake } from '../../application/connection/handshake.js'
import { isLoopbackName } from '../../domain/access/origin.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Sockets that have not shown who they are, for each household and in all. */
const KNOCKS = { perHousehold: 128, inAll: 4_096 }

/** Who may come in, and the record of who did. */
export const access: Module = (bindings) => {
  bindings.constant(tokens.isServedByTailscale, false)
  bindings.factory(tokens.addresses, () => new IpaddrAddresses(), [])
  bindings.factory(tokens.beacons, (clock) => new MdnsBeacons({ clock }), [tokens.clock])
  bindings.factory(tokens.tailnet, (clock) => new TailscaleCliTailnet({ clock }), [tokens.clock])
  bindings.factory(
    tokens.trail,
    ({ stateDir }, clock, log) => {
      const onTrouble = (message: string) => log.child('gateway/audit').error(message)
      return new FileAuditTrail({ stateDir, clock, onTrouble })
    },
    [tokens.system, tokens.clock, tokens.log],
  )
  bindings.factory(
    tokens.deviceDocument,
    ({ stateDir }) => new FileDocument(join(stateDir, 'devices', 'paired.json')),
    [tokens.system],
  )
  bindings.factory(
    tokens.lockDocument,
    ({ stateDir }) => new FileDocument(join(stateDir, 'devices', 'lockouts.json')),
    [tokens.system],
  )
  bindings.factory(
    tokens.accessRules,
    (live, addresses, { hostname }, isServedByTailscale) =>
      new AccessRules(live, addresses, { hostname, isServedByTailscale }),
    [tokens.live, tokens.addresses, tokens.system, tokens.isServedByTailscale],
  )
  bindings.factory(
    tokens.throttle,
    (live, addresses, clock, document, log) =>
      new LoginThrottle(() => live.config.gateway.auth.rateLimit, {
        addresses,
        clock,
        document,
        log: log.child('gateway/access'),
      }),
    [tokens.live, tokens.addresses, tokens.clock, tokens.lockDocument, tokens.log],
  )
  bindings.factory(
    tokens.knocks,
    (live, addresses) => {
      const isHere = (address: string) => address === '' || isLoopbackName(address)
      return new KnockLimit({ addresses }, KNOCKS, (address) => {
        return isHere(address) && live.config.gateway.auth.rateLimit.exemptLoopback
      })
    },
    [tokens.live, tokens.addresses],
  )
  bindings.factory(
    tokens.authenticator,
    (rules, secrets, throttle, tailnet, trail) => new Authenticator({ rules, secrets, throttle, tailnet, trail }),
    [tokens.accessRules, tokens.secrets, tokens.throttle, tokens.tailnet, tokens.trail],
  )
  bindings.factory(tokens.loginTickets, (clock, ids) => new LoginTickets(clock, ids), [tokens.clock, tokens.ids])
  bindings.factory(
    tokens.deviceNews,
    (broadcast, clients, trail, clock) => new DeviceNewsDesk({ broadcast, clients, trail, clock }),
    [tokens.broadcast, tokens.clients, tokens.trail, tokens.clock],
  )
  bindings.factory(
    tokens.devices,
    (document, secrets, ids, clock, log, news) =>
      new DeviceRegistry({ document, secrets, ids, clock, log: log.child('gateway/access') }, news),
    [tokens.deviceDocument, tokens.secrets, tokens.ids, tokens.clock, tokens.log, tokens.deviceNews],
  )
  bindings.factory(
    tokens.handshake,
    (rules, authenticator, tickets, devices, throttle, secrets, clock) =>
      new Handshake({
        rules,
        authenticator,
        tickets,
        deviceTokens: new DeviceTokens(devices, throttle, authenticator),
        pairing: new PairingGate(devices),
        secrets,
        clock,
      }),
    [
      tokens.accessRules,
      tokens.authenticator,
      tokens.loginTickets,
      tokens.devices,
      tokens.throttle,
      tokens.secrets,
      tokens.clock,
    ],
  )
  bindings.factory(
    tokens.frontDoor,
    (rules, authenticator, trail) => new GatewayFrontDoor(rules, authenticator, trail),
    [tokens.accessRules, tokens.authenticator, tokens.trail],
  )
  bindings.factory(tokens.clientReview, (clients, rules) => new ClientReview(clients, rules), [
    tokens.clients,
    tokens.accessRules,
  ])
}
