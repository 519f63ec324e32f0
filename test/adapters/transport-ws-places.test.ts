import { describe, it } from 'vitest'
import { NodeSocketFiles } from '../../src/adapters/socket-files-node/node-socket-files.js'
import { WsTransport } from '../../src/adapters/transport-ws/ws-transport.js'
import { LOOPBACK_CERTIFICATE } from '../contracts/harness/loopback-certificate.js'
import { socketHarness } from '../contracts/harness/socket-harness.js'
import { transportContract } from '../contracts/transport.contract.js'

for (const [place, isSecure] of [
  ['IPv4', true],
  ['IPv6', false],
  ['IPv6', true],
  ['Unix', false],
  ['Unix', true],
] as const) {
  transportContract(
    { describe, it },
    socketHarness({
      name: 'ws',
      create: (options) => new WsTransport({ socketFiles: new NodeSocketFiles(), ...options }),
      tls: LOOPBACK_CERTIFICATE,
      place,
      isSecure,
    }),
  )
}
