import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../application/ports/clock.js'
import type { Log } from '../application/ports/log.js'
import type { Endpoint, InetEndpoint, Listener } from '../application/ports/transport.js'
import { addressesCollide } from '../application/start/address-collision.js'
import { messageOf } from '../domain/failure.js'
import type { JudgedConfig } from './judge-config.js'
import { type Listening, type ListeningNeeds, listenFor } from './listen-for.js'
import { type TlsChoice, tlsChoiceOf } from './tls-choice.js'
import { checkTls, openTls, tellTls } from './tls-material.js'

/** The way from one listener to the next. Either `settle` or `undo` comes after `enter`, whether that succeeded or not. */
export interface Move {
  /** The listener for the next instance. */
  enter(): Promise<Listener>
  /** The next instance serves: there is no way back. */
  settle(): Promise<void>
  /** The listener for the instance that ran before. */
  undo(): Promise<Listener>
}

interface PlaceWorld extends ListeningNeeds {
  readonly log: Log
  readonly clock: Clock
}

/** How long and how often a listener that had to go is brought back, when somebody was quicker on its port. */
const COME_BACK_TRIES = 20
const COME_BACK_PAUSE_MS = 250

/**
 * Where a process listens and with which certificate, and how it gets from there to where a new configuration says.
 * A listener opens beside the old one where both have room; one that wants the same port, with other encryption or on
 * more addresses, takes its place, and gives it back when the instance on it does not start.
 */
export class ListeningPlace {
  readonly #world: PlaceWorld
  #current: Listening
  #asked: readonly InetEndpoint[]

  /** @param asked as the configuration says it, port 0 included */
  constructor(world: PlaceWorld, current: Listening, asked: readonly InetEndpoint[]) {
    this.#world = world
    this.#current = current
    this.#asked = asked
  }

  get current(): Listening {
    return this.#current
  }

  /**
   * Whether a configuration could be listened for. What our own listener keeps from being tried is taken for good.
   * @throws StartStopped
   */
  async tryOut(judged: JudgedConfig): Promise<void> {
    const { clock } = this.#world
    const choice = this.#choiceOf(judged)
    await checkTls(choice, clock.now())
    if (this.#isHere(judged, choice)) return
    const free = this.#addressesFor(judged).filter((endpoint) => !this.#isHeld(endpoint))
    if (free.length === 0) return
    const trial = await listenFor(this.#world, free)
    await trial.listener.stop()
  }

  /**
   * Everything of a move that the running instance does not notice.
   * @throws StartStopped
   */
  async prepare(judged: JudgedConfig): Promise<Move> {
    const { clock } = this.#world
    const choice = this.#choiceOf(judged)
    const at = this.#addressesFor(judged)
    const tls = await openTls(choice, at, clock.now())
    if (this.#isHere(judged, choice) && this.#canTake(tls)) return this.#stay()
    if (at.some((endpoint) => this.#isHeld(endpoint))) {
      return this.#replace(() => listenFor(this.#world, at, tls), judged.plan.endpoints)
    }
    return this.#openBeside(await listenFor(this.#world, at, tls), judged.plan.endpoints)
  }

  /**
   * Looks at the certificate's files again and takes what is new into use, as far as the engine can. Never rejects: what
   * cannot be used is told, and the old certificate stays. True when newcomers meet another fingerprint.
   */
  async renewTls(): Promise<boolean> {
    const { log } = this.#world
    try {
      return await this.#renewTls()
    } catch (thrown) {
      log.error('the certificate could not be renewed; the old one stays in use', { error: messageOf(thrown) })
      return false
    }
  }

  async #renewTls(): Promise<boolean> {
    const { log, clock } = this.#world
    const { listener, tls } = this.#current
    if (tls === null) return false
    const next = await openTls(tls.choice, listener.endpoints, clock.now())
    if (next === null || this.#current.listener !== listener) return false
    if (next.contents === tls.contents) {
      for (const warning of next.warnings) log.warn(warning)
      return false
    }
    if (listener.renewTls === undefined) {
      log.warn('the certificate on disk has changed; with this network engine it comes into use with the next restart')
      return false
    }
    await listener.renewTls()
    if (this.#current.listener !== listener) return false
    this.#current = { ...this.#current, tls: next }
    tellTls(next, log)
    return next.fingerprint !== tls.fingerprint
  }

  #choiceOf(judged: JudgedConfig): TlsChoice {
    return tlsChoiceOf(judged.config, this.#world.options.environment.stateDir)
  }

  #isHere({ plan }: JudgedConfig, choice: TlsChoice): boolean {
    const here: TlsChoice = this.#current.tls?.choice ?? { kind: 'off' }
    return isSame(plan.endpoints, this.#asked) && isSame(choice, here)
  }

  /** Whether the listener can go on with a certificate that changed under its feet. */
  #canTake(tls: Listening['tls']): boolean {
    return tls?.contents === this.#current.tls?.contents || this.#current.listener.renewTls !== undefined
  }

  /** A port that was found free once is kept. */
  #addressesFor({ plan }: JudgedConfig): readonly Endpoint[] {
    return isSame(plan.endpoints, this.#asked) ? this.#current.listener.endpoints : plan.endpoints
  }

  #isHeld({ host, port }: Endpoint): boolean {
    if (host === undefined) return false
    return this.#current.listener.endpoints.some(
      (held) => held.host !== undefined && held.port === port && addressesCollide(held.host, host),
    )
  }

  #stay(): Move {
    const { listener } = this.#current
    const enter = async () => listener
    return { enter, undo: enter, settle: async () => void (await this.renewTls()) }
  }

  #openBeside(next: Listening, asked: readonly InetEndpoint[]): Move {
    const { listener } = this.#current
    return {
      enter: async () => next.listener,
      undo: async () => {
        await next.listener.stop()
        return listener
      },
      settle: async () => {
        await listener.stop()
        this.#arrived(next, asked)
      },
    }
  }

  #replace(listen: () => Promise<Listening>, asked: readonly InetEndpoint[]): Move {
    const before = this.#current
    let next: Listening | undefined
    return {
      enter: async () => {
        await before.listener.stop()
        next = await listen()
        return next.listener
      },
      undo: async () => {
        await next?.listener.stop()
        this.#current = await this.#listenAgain(before)
        return this.#current.listener
      },
      settle: async () => {
        if (next !== undefined) this.#arrived(next, asked)
      },
    }
  }

  #arrived(next: Listening, asked: readonly InetEndpoint[]): void {
    this.#current = next
    this.#asked = asked
    if (next.tls !== null) tellTls(next.tls, this.#world.log)
  }

  async #listenAgain({ listener, tls }: Listening): Promise<Listening> {
    for (let triesLeft = COME_BACK_TRIES; ; triesLeft--) {
      try {
        return await listenFor(this.#world, listener.endpoints, tls)
      } catch (thrown) {
        if (triesLeft === 0) throw thrown
        this.#world.log.error('the port could not be taken back yet', { error: messageOf(thrown) })
        await pause(COME_BACK_PAUSE_MS)
      }
    }
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
