import assert from 'node:assert/strict'
import type { PortHolder, PortHolders } from '../../src/application/ports/port-holder.js'
import { Failure } from '../../src/domain/failure.js'

export interface PortHoldersRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** Another process that listens. `stop` ends it and waits for that. */
export interface ForeignListener {
  readonly pid: number
  readonly port: number
  stop(): Promise<void>
}

export interface PortHoldersHarness {
  readonly name: string
  create(): PortHolders
  /** Starts another process that listens on this IP address, and says which port it was given. */
  listen(host: string): Promise<ForeignListener>
  /** Why the host of this test cannot listen on IPv6, if so. */
  readonly noIpv6?: string
}

/** Holds an adapter to what the port promises about who listens where. */
export function portHoldersContract(runner: PortHoldersRunner, harness: PortHoldersHarness): void {
  const withListener = async (
    host: string,
    body: (holders: PortHolders, listener: ForeignListener) => Promise<void>,
  ): Promise<void> => {
    const listener = await harness.listen(host)
    try {
      await body(harness.create(), listener)
    } finally {
      await listener.stop()
    }
  }
  const only = async (holders: PortHolders, port: number, hosts: readonly string[], promise: string) => {
    const found = await holders.find(port, hosts)
    assert.equal(found.length, 1, `${promise}: one listener was expected, seen: ${JSON.stringify(found)}`)
    return found[0] as PortHolder
  }

  runner.describe(`port holders contract: ${harness.name}`, () => {
    runner.it('P1 names the process that listens, with command, user, start and address', () =>
      withListener('127.0.0.1', async (holders, listener) => {
        const holder = await only(holders, listener.port, ['127.0.0.1'], 'P1')
        assert.equal(holder.pid, listener.pid, 'P1: the pid is that of the listening process')
        assert.notEqual(holder.startedAt ?? '', '', 'P1: a process that is named has a start time')
        assert.match(holder.command, /node/, 'P1: the command line is shown')
        assert.notEqual(holder.program, '', 'P1: the program has a name')
        assert.notEqual(holder.user, '', 'P1: the user is named')
        assert.equal(holder.address, `127.0.0.1:${listener.port}`, 'P1: the address reads like 127.0.0.1:80')
        assert.equal(holder.parentPid, process.pid, 'P1: the parent is whoever started it')
      }),
    )

    runner.it('P2 finds nobody where nobody listens (any more)', () =>
      withListener('127.0.0.1', async (holders, listener) => {
        await listener.stop()
        assert.deepEqual(
          await holders.find(listener.port, ['127.0.0.1', '::1', '0.0.0.0', '::']),
          [],
          'P2: no listener',
        )
      }),
    )

    runner.it('P3 leaves out listeners whose address does not collide', () =>
      withListener('127.0.0.1', async (holders, listener) => {
        assert.deepEqual(await holders.find(listener.port, ['::1']), [], 'P3: 127.0.0.1 does not collide with ::1')
        assert.deepEqual(await holders.find(listener.port, ['127.0.0.2']), [], 'P3: nor with 127.0.0.2')
      }),
    )

    runner.it('P4 a wildcard collides with every address of its family, in both directions', async () => {
      await withListener('0.0.0.0', async (holders, listener) => {
        const holder = await only(holders, listener.port, ['127.0.0.1'], 'P4: 0.0.0.0 is in the way of 127.0.0.1')
        assert.equal(holder.pid, listener.pid)
      })
      await withListener('127.0.0.1', async (holders, listener) => {
        await only(holders, listener.port, ['0.0.0.0'], 'P4: 127.0.0.1 is in the way of 0.0.0.0')
        await only(holders, listener.port, ['::'], 'P4: 127.0.0.1 is in the way of a dual-stack ::')
      })
    })

    const ipv6 = 'P5 sees IPv6 listeners, and a dual-stack wildcard in the way of IPv4'
    if (harness.noIpv6 !== undefined) {
      runner.it(`${ipv6} [not proven here: ${harness.noIpv6}]`, async () => assert.ok(harness.noIpv6))
    } else {
      runner.it(ipv6, async () => {
        await withListener('::1', async (holders, listener) => {
          const holder = await only(holders, listener.port, ['127.0.0.1', '::1'], 'P5: ::1 collides with ::1')
          assert.equal(holder.address, `[::1]:${listener.port}`, 'P5: IPv6 addresses stand in brackets')
          assert.deepEqual(await holders.find(listener.port, ['127.0.0.1']), [], 'P5: ::1 leaves 127.0.0.1 alone')
        })
        await withListener('::', async (holders, listener) => {
          await only(holders, listener.port, ['127.0.0.1'], 'P5: :: is in the way of 127.0.0.1')
        })
      })
    }

    runner.it('P6 knows whether that very process still lives', () =>
      withListener('127.0.0.1', async (holders, listener) => {
        const holder = await only(holders, listener.port, ['127.0.0.1'], 'P6')
        assert.equal(holders.lives(holder), true, 'P6: it lives')
        assert.equal(holders.lives({ ...holder, startedAt: 'another' }), false, 'P6: a reused pid is another process')
        await listener.stop()
        assert.equal(holders.lives(holder), false, 'P6: after its end it does not live')
      }),
    )

    runner.it('P7 signals that very process only', () =>
      withListener('127.0.0.1', async (holders, listener) => {
        const holder = await only(holders, listener.port, ['127.0.0.1'], 'P7')
        const reused = { ...holder, startedAt: 'another' }
        assert.equal(holders.signal(reused, 'SIGKILL'), false, 'P7: a reused pid is not signalled')
        assert.equal(holders.lives(holder), true, 'P7: so the process still lives')
        assert.equal(holders.maySignal(holder), true, 'P7: our own child may be signalled')
        assert.equal(holders.signal(holder, 'SIGTERM'), true, 'P7: the signal was sent')
        await listener.stop()
        assert.equal(holders.signal(holder, 'SIGKILL'), false, 'P7: a process that is gone is not signalled')
      }),
    )

    runner.it('P8 refuses to signal a process it cannot see', async () => {
      const hidden: PortHolder = {
        pid: null,
        startedAt: null,
        command: '',
        program: '',
        user: 'somebody',
        address: '127.0.0.1:80',
        parentPid: null,
        unit: null,
      }
      const holders = harness.create()
      assert.equal(holders.maySignal(hidden), false, 'P8: it may not be signalled')
      assert.throws(
        () => holders.signal(hidden, 'SIGTERM'),
        (thrown) => thrown instanceof Failure && thrown.code === 'not-permitted',
        'P8: the failure is not-permitted',
      )
    })

    runner.it('P9 knows this process and its ancestors, nearest first', async () => {
      const [self, parent] = harness.create().ancestry()
      assert.equal(self, process.pid, 'P9: first this process')
      assert.equal(parent, process.ppid, 'P9: then its parent')
    })
  })
}
