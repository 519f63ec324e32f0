import type { PlacedSocket, SocketFiles } from '../../application/ports/socket-files.js'
import type {
  Admission,
  Endpoint,
  HttpEvents,
  Listener,
  Peer,
  TransportEvents,
} from '../../application/ports/transport.js'
import { type Closure, closure } from '../../domain/protocol/close-codes.js'
import { Departures } from './departures.js'
import { tellFailed } from './handler-guard.js'
import { HeldBytes } from './held-bytes.js'
import { listenEverywhere } from './listen-everywhere.js'
import { headOf } from './request-head.js'
import { TurnEnd } from './turn-end.js'
import { type ConnectionRules, UwsConnection } from './uws-connection.js'
import { type ExchangeRules, UwsExchange } from './uws-http.js'
import type {
  NativeApp,
  NativeEngine,
  NativeRequest,
  NativeResponse,
  NativeSocketBehavior,
  UpgradeContext,
} from './uws-native.js'
import type { UwsSettings } from './uws-settings.js'

const REFUSED_LATE = closure(1008, 'refused')

/**
 * One native app, its sockets and its requests. It lives as long as the process wants its port; who answers is
 * replaced behind it. In a worker thread it must be stopped before the thread is terminated: the engine would take
 * the whole process along.
 */
export class UwsListener implements Listener {
  readonly #native: NativeEngine
  readonly #app: NativeApp
  readonly #socketFiles: SocketFiles | undefined
  readonly #meanwhile: HttpEvents | undefined
  readonly #turnEnd = new TurnEnd()
  readonly #connectionRules: ConnectionRules
  readonly #exchangeRules: ExchangeRules
  readonly #connections = new Departures<UwsConnection>()
  readonly #exchanges = new Departures<UwsExchange>()
  /** Upgraded, but nobody has answered yet. */
  readonly #waiting = new Set<UwsConnection>()
  #endpoints: readonly Endpoint[] = []
  #files: readonly PlacedSocket[] = []
  #events: TransportEvents | undefined
  #lastId = 0
  #stopped: Promise<void> | undefined

  constructor(native: NativeEngine, settings: UwsSettings) {
    this.#native = native
    this.#socketFiles = settings.socketFiles
    this.#meanwhile = settings.meanwhile
    this.#connectionRules = {
      ...settings,
      held: new HeldBytes(2 * settings.maxMessageBytes),
      turnEnd: this.#turnEnd,
      gone: (connection) => this.#departed(connection),
    }
    this.#exchangeRules = {
      scheme: settings.tls === undefined ? 'http' : 'https',
      gone: (exchange) => this.#exchanges.departed(exchange),
    }
    this.#app = createApp(native, settings)
    this.#app.ws('/*', this.#behavior(settings)).any('/*', (response, request) => this.#requested(response, request))
  }

  get endpoints(): readonly Endpoint[] {
    return this.#endpoints
  }

  /** Listens on all or none; rejects with ListenFailure. Called once, before anything else. */
  async listen(at: readonly Endpoint[]): Promise<void> {
    try {
      const { endpoints, files } = await listenEverywhere(this.#native, this.#app, at, this.#socketFiles)
      this.#endpoints = endpoints
      this.#files = files
    } catch (thrown) {
      await this.stop()
      throw thrown
    }
  }

  serve(events: TransportEvents): void {
    if (this.#stopped !== undefined) return
    this.#events = events
    for (const connection of [...this.#waiting]) {
      // A handler may have replaced or suspended us meanwhile.
      if (this.#events !== events) return
      if (!this.#waiting.delete(connection)) continue
      if (this.#admit(events, connection.peer) === 'accept') this.#open(connection, events)
      else connection.close(REFUSED_LATE)
    }
  }

  suspend(): void {
    this.#events = undefined
  }

  publish(topic: string, data: string | Uint8Array): void {
    if (this.#stopped !== undefined) return
    this.#turnEnd.releaseAll()
    this.#app.publish(topic, data, typeof data !== 'string', false)
  }

  async drain(farewell: Closure, deadline: AbortSignal): Promise<void> {
    this.suspend()
    for (const connection of this.#connections.present()) connection.close(farewell)
    await Promise.all([
      this.#connections.allGone(deadline, (connection) => connection.abort()),
      this.#exchanges.allGone(deadline, (exchange) => exchange.cut()),
    ])
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.suspend()
    try {
      await Promise.all(this.#files.map((file) => file.remove()))
    } finally {
      // Whoever called us may be a handler of the very socket that is about to be closed.
      await nextTurn()
      this.#app.close()
      await nextTurn()
    }
  }

  #behavior(settings: UwsSettings): NativeSocketBehavior {
    return {
      maxPayloadLength: settings.nativeMaxPayloadBytes,
      maxBackpressure: settings.queueCeilingBytes,
      closeOnBackpressureLimit: true,
      idleTimeout: settings.idleSeconds,
      sendPingsAutomatically: settings.idleSeconds > 0,
      maxLifetime: 0,
      compression: 0,
      upgrade: (response, request, context) =>
        this.#shielded(response, () => this.#offered(response, request, context)),
      open: (socket) => socket.getUserData().connection.attach(socket),
      message: (socket, message, isBinary) => socket.getUserData().connection.message(message, isBinary),
      drain: (socket) => socket.getUserData().connection.writable(),
      dropped: (socket) => socket.getUserData().connection.overflowed(),
      close: (socket, code, message) => socket.getUserData().connection.detach(code, message),
    }
  }

  #requested(native: NativeResponse, request: NativeRequest): void {
    this.#shielded(native, () => {
      const { peer, isTooLong, isAmbiguous } = headOf(native, request)
      const exchange = this.#exchange(native, request, peer)
      if (isAmbiguous) exchange.cut()
      else if (isTooLong) exchange.refuse(431)
      else exchange.serve()
    })
  }

  /** An exception that reached the engine would end the process. */
  #shielded(native: NativeResponse, work: () => void): void {
    try {
      work()
    } catch (thrown) {
      tellFailed(this.#events, thrown)
      native.close()
    }
  }

  #exchange(native: NativeResponse, request: NativeRequest, peer: Peer): UwsExchange {
    const exchange = new UwsExchange(
      native,
      request.getMethod(),
      peer,
      this.#events ?? this.#meanwhile,
      this.#exchangeRules,
    )
    this.#exchanges.arrived(exchange)
    return exchange
  }

  /**
   * Answered in the same tick: an upgrade that happens later can hit a client that has left, and some engine versions
   * then close the wrong socket.
   */
  #offered(native: NativeResponse, request: NativeRequest, context: UpgradeContext): void {
    const { peer, isTooLong } = headOf(native, request)
    if (isTooLong) {
      this.#exchange(native, request, peer).refuse(431)
      return
    }
    if (peer.headers.get('sec-websocket-version') !== '13') {
      this.#exchange(native, request, peer).refuse(426, { 'sec-websocket-version': '13' })
      return
    }
    const events = this.#events
    const admission = events === undefined ? 'accept' : this.#admit(events, peer)
    if (admission !== 'accept') {
      const exchange = this.#exchange(native, request, peer)
      if (admission === undefined) exchange.refuse(500)
      else exchange.answerWith(() => admission)
      return
    }
    const connection = new UwsConnection(String(++this.#lastId), peer, this.#connectionRules)
    const key = request.getHeader('sec-websocket-key')
    const extensions = request.getHeader('sec-websocket-extensions')
    this.#waiting.add(connection)
    native.upgrade({ connection }, key, '', extensions, context)
    if (events !== undefined && this.#waiting.delete(connection)) this.#open(connection, events)
  }

  /** Undefined when the handler threw: in doubt nobody comes in. */
  #admit(events: TransportEvents, peer: Peer): Admission | undefined {
    try {
      const admission = events.admit({ peer })
      if (admission === 'accept' || admission instanceof Response) return admission
      throw new TypeError('admit must answer accept or a Response')
    } catch (thrown) {
      tellFailed(events, thrown)
      return undefined
    }
  }

  #open(connection: UwsConnection, events: TransportEvents): void {
    this.#connections.arrived(connection)
    connection.open(events)
  }

  #departed(connection: UwsConnection): void {
    this.#waiting.delete(connection)
    this.#connections.departed(connection)
  }
}

function createApp(native: NativeEngine, settings: UwsSettings): NativeApp {
  if (settings.tls === undefined) return native.App()
  return native.SSLApp({ key_file_name: settings.tls.keyPath, cert_file_name: settings.tls.certPath })
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
