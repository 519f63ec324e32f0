import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ProcfsPortHolders } from '../../../src/adapters/port-holders-procfs/procfs-port-holders.js'
import type { Clock } from '../../../src/application/ports/clock.js'
import { type PortHolder, PortHolderFailure, type PortHolders } from '../../../src/application/ports/port-holder.js'
import { freePort } from '../../../src/application/start/free-port.js'
import { listeningChild } from '../../doubles/listening-child.js'
import { ManualClock } from '../../doubles/manual-clock.js'

/** A process of the play: when it stops listening and when it dies, counted from the signal. */
interface Actor {
  readonly holder: PortHolder
  /** Milliseconds from SIGTERM to its end; absent = ignores it. */
  readonly diesAfterTerm?: number
  readonly closesAfterTerm?: number
  readonly diesAfterKill?: number
  readonly forbidden?: boolean
  termAt?: number
  killAt?: number
}

class FakeHolders implements PortHolders {
  readonly signals: string[] = []
  constructor(
    readonly clock: Clock,
    readonly actors: Actor[],
    readonly own: readonly number[] = [9000, 1],
  ) {}

  async find(): Promise<readonly PortHolder[]> {
    return this.actors.filter((actor) => this.#listens(actor)).map((actor) => actor.holder)
  }

  ancestry(): readonly number[] {
    return this.own
  }

  lives(holder: PortHolder): boolean {
    const actor = this.actors.find((one) => one.holder.pid === holder.pid)
    return actor !== undefined && !this.#dead(actor)
  }

  maySignal(holder: PortHolder): boolean {
    return this.actors.find((one) => one.holder.pid === holder.pid)?.forbidden !== true
  }

  signal(holder: PortHolder, signal: 'SIGTERM' | 'SIGKILL'): boolean {
    const actor = this.actors.find((one) => one.holder.pid === holder.pid)
    if (actor === undefined || this.#dead(actor)) return false
    if (actor.forbidden === true) throw new PortHolderFailure('not-permitted', `may not stop pid ${holder.pid}`)
    this.signals.push(`${signal} ${holder.pid}`)
    if (signal === 'SIGTERM') actor.termAt = this.clock.monotonic()
    else actor.killAt = this.clock.monotonic()
    return true
  }

  #since(at: number | undefined, after: number | undefined): boolean {
    return at !== undefined && after !== undefined && this.clock.monotonic() - at >= after
  }

  #dead(actor: Actor): boolean {
    return this.#since(actor.termAt, actor.diesAfterTerm) || this.#since(actor.killAt, actor.diesAfterKill)
  }

  #listens(actor: Actor): boolean {
    return !this.#dead(actor) && !this.#since(actor.termAt, actor.closesAfterTerm)
  }
}

function holder(pid: number | null, program = 'nginx'): PortHolder {
  return {
    pid,
    startedAt: pid === null ? null : 's',
    command: program,
    program,
    user: 'root',
    address: '127.0.0.1:18789',
    parentPid: 1,
    unit: 'nginx.service',
  }
}

async function force(
  actors: Actor[],
  options: { gateways?: number[]; own?: number[]; supervised?: { pid: number; service: string } } = {},
) {
  const clock = new ManualClock()
  const holders = new FakeHolders(clock, actors, options.own)
  const outcome = await clock.runUntil(
    freePort(
      { port: 18789, hosts: ['127.0.0.1'] },
      {
        holders,
        clock,
        isGateway: async (one) => options.gateways?.includes(one.pid ?? 0) === true,
        serviceOf: async (one) => (one.pid === options.supervised?.pid ? options.supervised.service : null),
      },
    ),
  )
  return { outcome, signals: holders.signals }
}

describe('freePort', () => {
  it('has nothing to do where nothing listens', async () => {
    const { outcome } = await force([])
    expect(outcome).toEqual({ ok: true, lines: ['force: nothing listens on port 18789'] })
  })

  it('is content with SIGTERM when that helps', async () => {
    const { outcome, signals } = await force([{ holder: holder(812), diesAfterTerm: 150 }])
    expect(outcome).toEqual({ ok: true, lines: ['force: stopped pid 812 (nginx) with SIGTERM after 200 ms'] })
    expect(signals).toEqual(['SIGTERM 812'])
  })

  it('kills a stubborn program after 1 s', async () => {
    const { outcome, signals } = await force([{ holder: holder(812), diesAfterKill: 0 }])
    expect(signals).toEqual(['SIGTERM 812', 'SIGKILL 812'])
    expect(outcome).toEqual({ ok: true, lines: ['force: stopped pid 812 (nginx) with SIGKILL after 1.1 s'] })
  })

  it('gives a gateway 6 s', async () => {
    const patient = await force([{ holder: holder(5, 'node'), diesAfterTerm: 5000 }], { gateways: [5] })
    expect(patient.signals).toEqual(['SIGTERM 5'])
    expect(patient.outcome.lines).toEqual(['force: stopped pid 5 (node) with SIGTERM after 5.0 s'])
    const hung = await force([{ holder: holder(5, 'node'), diesAfterKill: 0 }], { gateways: [5] })
    expect(hung.outcome.lines).toEqual(['force: stopped pid 5 (node) with SIGKILL after 6.1 s'])
  })

  it('never kills a process that has let go of the port', async () => {
    const { outcome, signals } = await force([{ holder: holder(5), closesAfterTerm: 100 }])
    expect(signals).toEqual(['SIGTERM 5'])
    expect(outcome).toEqual({ ok: true, lines: ['force: let go of the port: pid 5 (nginx) with SIGTERM after 100 ms'] })
    const gateway = await force([{ holder: holder(6), closesAfterTerm: 100 }], { gateways: [6] })
    expect(gateway.signals).toEqual(['SIGTERM 6'])
    expect(gateway.outcome.ok).toBe(true)
  })

  it.each([
    [
      'this process',
      holder(9000),
      'force: port 18789 is held by pid 9000 (nginx), which is this program or started it',
    ],
    ['pid 1', holder(1), 'force: port 18789 is held by pid 1 (nginx), which is this program or started it'],
    [
      'a hidden process',
      holder(null),
      'force: port 18789 is held by a process of another user; run as that user or choose --port',
    ],
  ])('refuses %s without signalling anybody', async (_name, bad, reason) => {
    const { outcome, signals } = await force([{ holder: holder(812), diesAfterTerm: 0 }, { holder: bad }])
    expect(outcome).toEqual({ ok: false, lines: [], reason })
    expect(signals).toEqual([])
  })

  it('refuses a process it may not stop, before it signals the others', async () => {
    const { outcome, signals } = await force([{ holder: holder(811) }, { holder: holder(812), forbidden: true }])
    expect(outcome).toMatchObject({ ok: false, reason: 'force: may not stop pid 812 (nginx, user root)' })
    expect(signals).toEqual([])
  })

  it('gives up on what survives SIGKILL', async () => {
    const { outcome } = await force([{ holder: holder(812) }])
    expect(outcome).toMatchObject({ ok: false, reason: 'force: port 18789 is still held by pid 812' })
  })

  it('reports who appears anew, and does not chase it', async () => {
    const actors: Actor[] = [{ holder: holder(812), diesAfterTerm: 100 }]
    const clock = new ManualClock()
    const holders = new FakeHolders(clock, actors)
    clock.after(100, () => actors.push({ holder: holder(999) }))
    const outcome = await clock.runUntil(
      freePort({ port: 18789, hosts: ['127.0.0.1'] }, { holders, clock, isGateway: async () => false }),
    )
    expect(outcome).toMatchObject({ ok: false, reason: 'force: port 18789 is still held by pid 999' })
    expect(outcome.lines.at(-1)).toBe('force: something restarts it: pid 999, parent pid 1, unit nginx.service')
    expect(holders.signals).toEqual(['SIGTERM 812'])
  })

  it.each([
    ['mayros-gateway.service', 'mayros'],
    ['mayros-gateway-rescue.service', 'mayros --profile rescue'],
    ['ai.mayros.gateway', 'mayros'],
  ])('does not fight the supervisor of %s, and says what to do instead', async (service, own) => {
    const actors = [{ holder: holder(700), diesAfterTerm: 0 }, { holder: holder(812) }]
    const { outcome, signals } = await force(actors, { supervised: { pid: 812, service } })
    expect(outcome).toEqual({
      ok: false,
      lines: [],
      reason:
        `force: port 18789 is held by ${service} (pid 812), which its supervisor would start again\n` +
        `fix: ${own} gateway restart, or first ${own} gateway stop`,
    })
    expect(signals).toEqual([])
  })
})

const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs)
    return { cancel: () => clearTimeout(timer) }
  },
  every: (periodMs, action) => {
    const timer = setInterval(action, periodMs)
    return { cancel: () => clearInterval(timer) }
  },
}

const title = 'frees a port from a real process that ignores SIGTERM, and from no other'
it.skipIf(!existsSync('/proc/net/tcp'))(`${title} (needs /proc)`, async () => {
  const stubborn = await listeningChild({ stubborn: true })
  const bystander = await listeningChild()
  try {
    const holders = new ProcfsPortHolders()
    const outcome = await freePort(
      { port: stubborn.port, hosts: ['127.0.0.1'] },
      { holders, clock: realClock, isGateway: async () => false },
    )
    expect(outcome.ok).toBe(true)
    expect(outcome.lines[0]).toMatch(/^force: stopped pid \d+ \(.+\) with SIGKILL after \d\.\d s$/)
    expect(await stubborn.exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect(await holders.find(stubborn.port, ['127.0.0.1'])).toEqual([])
    expect(await holders.find(bystander.port, ['127.0.0.1'])).toHaveLength(1)
    const again = await listeningChild({ port: stubborn.port })
    await again.stop()
  } finally {
    await stubborn.stop()
    await bystander.stop()
  }
})
