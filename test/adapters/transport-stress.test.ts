import { describe, it } from 'vitest'
import { UwsTransport } from '../../src/adapters/transport-uws/uws-transport.js'
import { WsTransport } from '../../src/adapters/transport-ws/ws-transport.js'
import { LOOPBACK_CERTIFICATE } from '../contracts/harness/loopback-certificate.js'
import { socketHarness } from '../contracts/harness/socket-harness.js'
import { transportContract } from '../contracts/transport.contract.js'
import { CANNOT } from './transport-uws/cannot.js'
import { engine, title } from './transport-uws/stage.js'

/** One short round; longer ones are for `npm run test:stress`. */
const stress = { seed: Number(process.env.STRESS_SEED ?? 42), rounds: Number(process.env.STRESS_ROUNDS ?? 1) }
const tls = LOOPBACK_CERTIFICATE

transportContract({ describe, it }, socketHarness({ name: 'ws', create: (options) => new WsTransport(options), tls }), {
  stress,
})

if (engine === undefined) {
  describe('UwsTransport under stress', () => {
    it.skip(title('the contract'), () => undefined)
  })
} else {
  const create = (options?: ConstructorParameters<typeof UwsTransport>[1]) => new UwsTransport(engine!, options)
  transportContract({ describe, it }, socketHarness({ name: engine.name, create, tls, skip: CANNOT }), { stress })
}
