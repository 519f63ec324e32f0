import assert from 'node:assert/strict'
import {
  TAILNET_FAILURES,
  type Tailnet,
  TailnetFailure,
  type TailnetUser,
} from '../../src/application/ports/tailnet.js'

export interface TailnetRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** A tailnet made for one test. */
export interface TailnetScene {
  readonly tailnet: Tailnet
  /** What the machine publishes now, port by mode, as seen from outside the adapter. */
  published(): Promise<Readonly<Record<string, number>>>
  dispose(): Promise<void>
}

export interface TailnetHarness {
  readonly name: string
  /** A tailnet in which these addresses belong to these people. */
  create(users: Readonly<Record<string, TailnetUser>>): Promise<TailnetScene>
  /** One whose tool refuses everything. */
  createRefusing(): Promise<TailnetScene>
}

const ALICE: TailnetUser = { login: 'alice@example.com', name: 'Alice' }
const BOB: TailnetUser = { login: 'bob@example.com', name: 'Bob' }

/** Holds an adapter to what the port promises about the tailnet. */
export function tailnetContract(runner: TailnetRunner, harness: TailnetHarness): void {
  const within = async (made: Promise<TailnetScene>, body: (scene: TailnetScene) => Promise<void>): Promise<void> => {
    const scene = await made
    try {
      await body(scene)
    } finally {
      await scene.dispose()
    }
  }
  const users = { '100.101.102.103': ALICE, 'fd7a:115c:a1e0::53': BOB }

  runner.describe(`tailnet contract: ${harness.name}`, () => {
    for (const mode of ['serve', 'funnel'] as const) {
      runner.it(`N1 ${mode} publishes the port and tells where, without a slash at the end`, () =>
        within(harness.create(users), async ({ tailnet, published }) => {
          const url = await tailnet.publish(mode, 18789)
          assert.ok(url === null || /^https:\/\/[^/]+$/.test(url), `N1: an https address or null, seen: ${url}`)
          assert.equal((await published())[mode], 18789, 'N1: the port is published')
        }),
      )

      runner.it(`N2 repeating ${mode} changes nothing`, () =>
        within(harness.create(users), async ({ tailnet, published }) => {
          const first = await tailnet.publish(mode, 18789)
          const before = await published()
          assert.equal(await tailnet.publish(mode, 18789), first, 'N2: the same address')
          assert.deepEqual(await published(), before, 'N2: the same publication')
        }),
      )

      runner.it(`N3 ${mode} is undone, also when there is nothing to undo`, () =>
        within(harness.create(users), async ({ tailnet, published }) => {
          await tailnet.unpublish(mode)
          await tailnet.publish(mode, 18789)
          await tailnet.unpublish(mode)
          assert.equal((await published())[mode], undefined, 'N3: nothing is published any more')
        }),
      )
    }

    runner.it('N4 whois names who holds an address, IPv4 and IPv6', () =>
      within(harness.create(users), async ({ tailnet }) => {
        assert.deepEqual(await tailnet.whois('100.101.102.103'), ALICE, 'N4: login and name')
        assert.deepEqual(await tailnet.whois('fd7a:115c:a1e0::53'), BOB, 'N4: login and name')
      }),
    )

    runner.it('N5 whois knows nobody at foreign addresses and at what is no address', () =>
      within(harness.create(users), async ({ tailnet }) => {
        for (const text of ['100.64.0.9', '', 'alice', '--json', '100.101.102.103 --help', '100.101.102.103:443']) {
          assert.equal(await tailnet.whois(text), null, `N5: ${JSON.stringify(text)} belongs to nobody`)
        }
      }),
    )

    runner.it('N6 many questions at once are answered alike', () =>
      within(harness.create(users), async ({ tailnet }) => {
        const answers = await Promise.all(Array.from({ length: 40 }, () => tailnet.whois('100.101.102.103')))
        for (const answer of answers) assert.deepEqual(answer, ALICE, 'N6: everybody hears the same')
      }),
    )

    runner.it('N7 a refusal is a failure of the catalogue that tells what to do', () =>
      within(harness.createRefusing(), async ({ tailnet }) => {
        const calls = {
          publish: () => tailnet.publish('serve', 18789),
          unpublish: () => tailnet.unpublish('serve'),
          whois: () => tailnet.whois('100.101.102.103'),
        }
        for (const [name, call] of Object.entries(calls)) {
          await assert.rejects(
            call(),
            (thrown) =>
              thrown instanceof TailnetFailure &&
              Object.hasOwn(TAILNET_FAILURES, thrown.code) &&
              thrown.retryable === (thrown.code === 'tailscale-timeout') &&
              thrown.message.length > 0,
            `N7: ${name} rejects with a TailnetFailure`,
          )
        }
      }),
    )
  })
}
