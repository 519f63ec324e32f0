import assert from 'node:assert/strict'
import { BEACON_FAILURES, BeaconFailure, type Beacons } from '../../src/application/ports/beacons.js'
import { type Beacon, beaconOf } from '../../src/domain/discovery/beacon.js'

export interface BeaconsRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** A local network made for one test. */
export interface BeaconsScene {
  /** Another host, or another process, of the same network. */
  join(): Beacons
  /** How long it takes at most until everybody has heard what was said, in milliseconds. */
  readonly patienceMs: number
  dispose(): Promise<void>
}

export interface BeaconsHarness {
  readonly name: string
  create(): Promise<BeaconsScene>
  /** One in which nothing can be said. */
  createDown(): Promise<BeaconsScene>
}

const ATLAS = beaconOf({
  mode: 'full',
  hostName: 'atlas.example.org',
  profile: null,
  port: 18789,
  addresses: ['192.0.2.7', '2001:db8::7'],
  tlsFingerprint: 'AB'.repeat(32),
  cliPath: '/opt/mayros/bin/mayros.js',
})
const BOREAS = { ...ATLAS, name: 'boreas Mayros', host: 'boreas-mayros-1.local', port: 1, texts: { role: 'gateway' } }

/** Holds an adapter to what the port promises about the local network. */
export function beaconsContract(runner: BeaconsRunner, harness: BeaconsHarness): void {
  const within = async (made: Promise<BeaconsScene>, body: (scene: BeaconsScene) => Promise<void>): Promise<void> => {
    const scene = await made
    try {
      await body(scene)
    } finally {
      await scene.dispose()
    }
  }
  const seen = async (scene: BeaconsScene): Promise<readonly Beacon[]> => {
    const found = await scene.join().find(scene.patienceMs)
    return found.map((beacon) => ({ ...beacon, addresses: [...beacon.addresses].sort() }))
  }

  runner.describe(`beacons contract: ${harness.name}`, () => {
    runner.it('B1 what is announced is found whole, by others and by oneself, ordered by name', () =>
      within(harness.create(), async (scene) => {
        const host = scene.join()
        const second = await host.announce(BOREAS)
        const first = await host.announce(ATLAS)
        assert.deepEqual(await seen(scene), [ATLAS, BOREAS], 'B1: by others')
        assert.equal((await host.find(scene.patienceMs)).length, 2, 'B1: by oneself')
        assert.deepEqual([first.name, second.name], [ATLAS.name, BOREAS.name], 'B1: under its name')
        await Promise.all([first.withdraw(), second.withdraw()])
      }),
    )

    runner.it('B2 what is withdrawn is found by nobody, also when it is withdrawn twice', () =>
      within(harness.create(), async (scene) => {
        const [gone, kept] = [await scene.join().announce(ATLAS), await scene.join().announce(BOREAS)]
        await Promise.all([gone.withdraw(), gone.withdraw()])
        assert.deepEqual(await seen(scene), [BOREAS], 'B2: only the other one is left')
        await kept.withdraw()
        assert.deepEqual(await seen(scene), [], 'B2: nobody is left')
      }),
    )

    runner.it('B3 who comes second to a name gets another one, and takes none away', () =>
      within(harness.create(), async (scene) => {
        const first = await scene.join().announce(ATLAS)
        const other = { ...BOREAS, name: ATLAS.name }
        const second = await scene.join().announce(other)
        const third = await scene.join().announce({ ...other, host: 'cetus-mayros-2.local', port: 2 })
        assert.deepEqual([second.name, third.name], [`${ATLAS.name} (2)`, `${ATLAS.name} (3)`], 'B3: names apart')
        const names = (await seen(scene)).map(({ name, port }) => [name, port])
        assert.deepEqual(
          names,
          [
            [ATLAS.name, 18789],
            [second.name, 1],
            [third.name, 2],
          ],
          'B3: all are found',
        )
        await second.withdraw()
        assert.equal((await seen(scene)).length, 2, 'B3: withdrawing one leaves the others')
        await Promise.all([first.withdraw(), third.withdraw()])
      }),
    )

    runner.it('B4 a name is free again when it is withdrawn', () =>
      within(harness.create(), async (scene) => {
        const first = await scene.join().announce(ATLAS)
        await first.withdraw()
        const second = await scene.join().announce({ ...BOREAS, name: ATLAS.name })
        assert.equal(second.name, ATLAS.name, 'B4: no count behind it')
        await second.withdraw()
      }),
    )

    runner.it('B5 where nothing can be said, both calls reject with a BeaconFailure', () =>
      within(harness.createDown(), async (scene) => {
        const host = scene.join()
        for (const [name, call] of Object.entries({ announce: () => host.announce(ATLAS), find: () => host.find(1) })) {
          await assert.rejects(
            call(),
            (thrown) =>
              thrown instanceof BeaconFailure &&
              Object.hasOwn(BEACON_FAILURES, thrown.code) &&
              thrown.retryable &&
              thrown.message.length > 0,
            `B5: ${name} rejects`,
          )
        }
      }),
    )
  })
}
