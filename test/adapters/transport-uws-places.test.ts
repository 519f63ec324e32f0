import { describe, it } from 'vitest'
import { NodeSocketFiles } from '../../src/adapters/socket-files-node/node-socket-files.js'
import { UwsTransport } from '../../src/adapters/transport-uws/uws-transport.js'
import { LOOPBACK_CERTIFICATE } from '../contracts/harness/loopback-certificate.js'
import { socketHarness } from '../contracts/harness/socket-harness.js'
import { transportContract } from '../contracts/transport.contract.js'
import { CANNOT } from './transport-uws/cannot.js'
import { engine, title } from './transport-uws/stage.js'

const native = engine
if (native === undefined) {
  describe('UwsTransport in other places', () => {
    it.skip(title('the contract'), () => undefined)
  })
} else {
  for (const [place, isSecure] of [
    ['IPv6', false],
    ['Unix', false],
    ['IPv4', true],
    ['IPv6', true],
    ['Unix', true],
  ] as const) {
    if (isSecure && !new UwsTransport(native).supports.tls) {
      describe(`transport contract: ${native.name}, TLS, ${place}`, () => {
        it.skip('skipped: TLS is not supported with this engine', () => undefined)
      })
      continue
    }
    transportContract(
      { describe, it },
      socketHarness({
        name: native.name,
        create: (options) => new UwsTransport(native, { socketFiles: new NodeSocketFiles(), ...options }),
        tls: LOOPBACK_CERTIFICATE,
        place,
        isSecure,
        skip: CANNOT,
      }),
    )
  }
}
