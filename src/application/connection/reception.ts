import { messageOf } from '../../domain/failure.js'
import { type Closure, closure, closures } from '../../domain/protocol/close-codes.js'
import { connectParams } from '../../domain/protocol/connect-params.js'
import { errorResponse, okResponse, targetedEvent } from '../../domain/protocol/frames.js'
import { limits } from '../../domain/protocol/limits.js'
import { errorShape, invalidRequest, Refusal } from '../../domain/protocol/refusal.js'
import type { Clock, Timer } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { Connection } from '../ports/transport.js'
import type { RequestFrame, Wire } from '../ports/wire.js'
import { Client, type ClientIdentity } from './client.js'
import type { Clients } from './clients.js'
import type { Dispatch } from './dispatch.js'
import type { Handshake, Newcomer } from './handshake.js'
import type { Hello } from './hello.js'

/** Told when clients come and go. */
export interface ClientWatcher {
  /** Before `hello-ok` is written, so that it shows in the snapshot. */
  arriving(client: Client): void
  /** After `hello-ok` was sent. */
  arrived(client: Client): void
  left(client: Client): void
}

interface Waiting extends Newcomer {
  readonly deadline: Timer
}

/**
 * The reception desk: challenges every new connection, lets it in by the handshake, and passes the messages of
 * those inside to the dispatcher. Admission happens in one tick, so what a client sends behind `connect` is simply
 * the next message.
 */
export class Reception {
  readonly #newcomers = new Map<Connection, Waiting>()
  readonly #inside = new Map<Connection, Client>()
  readonly #clients: Clients
  readonly #handshake: Handshake
  readonly #hello: Hello
  readonly #dispatch: Dispatch
  readonly #watcher: ClientWatcher
  readonly #tools: { readonly wire: Wire; readonly clock: Clock; readonly ids: Ids; readonly log: Log }

  constructor(
    clients: Clients,
    handshake: Handshake,
    hello: Hello,
    dispatch: Dispatch,
    watcher: ClientWatcher,
    tools: { readonly wire: Wire; readonly clock: Clock; readonly ids: Ids; readonly log: Log },
  ) {
    this.#clients = clients
    this.#handshake = handshake
    this.#hello = hello
    this.#dispatch = dispatch
    this.#watcher = watcher
    this.#tools = tools
  }

  /** The client of a connection, once it was let in. */
  clientOf(connection: Connection): Client | undefined {
    return this.#inside.get(connection)
  }

  opened(connection: Connection): void {
    const { ids, clock } = this.#tools
    const nonce = ids.uuid()
    connection.send(targetedEvent('connect.challenge', { nonce, ts: clock.now() }))
    const deadline = clock.after(limits.handshakeTimeoutMs, () => connection.close(closures.silent))
    this.#newcomers.set(connection, { connId: ids.uuid(), peer: connection.peer, nonce, deadline })
  }

  received(connection: Connection, data: string | Uint8Array): void {
    const client = this.#inside.get(connection)
    if (client !== undefined) {
      this.#fromClient(client, data)
      return
    }
    const newcomer = this.#newcomers.get(connection)
    if (newcomer !== undefined) this.#fromNewcomer(connection, newcomer, data)
  }

  closed(connection: Connection, ending: Closure): void {
    this.#forgetNewcomer(connection)
    const client = this.#inside.get(connection)
    if (client === undefined) return
    this.#inside.delete(connection)
    this.#clients.remove(connection)
    this.#watcher.left(client)
    this.#tools.log.info('client disconnected', {
      connId: client.identity.connId,
      clientId: client.identity.client.id,
      code: ending.code,
      reason: ending.reason,
    })
  }

  #fromClient(client: Client, data: string | Uint8Array): void {
    client.lastActiveAt = this.#tools.clock.now()
    const decoded = this.#tools.wire.decode(data)
    if (decoded.kind === 'request') this.#dispatch.serve(client, decoded.frame)
    else if (decoded.kind === 'not-a-request') this.#dispatch.reject(client, decoded.id, decoded.problem)
  }

  #fromNewcomer(connection: Connection, newcomer: Waiting, data: string | Uint8Array): void {
    const decoded = this.#tools.wire.decode(data)
    if (decoded.kind !== 'request') {
      this.#turnAway(connection, decoded.kind === 'not-json' ? closures.silent : closures.invalidFrame)
      return
    }
    const { frame } = decoded
    try {
      this.#letIn(connection, frame, this.#check(frame, newcomer))
    } catch (thrown) {
      this.#refuse(connection, newcomer, frame, thrown)
    }
  }

  #check(frame: RequestFrame, newcomer: Newcomer): ClientIdentity {
    if (frame.method !== 'connect') throw invalidRequest('invalid handshake: first request must be connect')
    const params = this.#tools.wire.check(connectParams, frame.params)
    if (!params.ok) throw invalidRequest(`invalid connect params: ${params.problems}`)
    return this.#handshake.admit(params.value, newcomer)
  }

  #letIn(connection: Connection, frame: RequestFrame, identity: ClientIdentity): void {
    const client = new Client(identity, connection)
    this.#forgetNewcomer(connection)
    this.#watcher.arriving(client)
    client.send(okResponse(frame.id, this.#hello.payloadFor(identity)))
    this.#inside.set(connection, client)
    this.#clients.add(client)
    this.#tools.log.info('client connected', {
      connId: identity.connId,
      clientId: identity.client.id,
      mode: identity.client.mode,
      role: identity.role,
    })
    this.#watcher.arrived(client)
  }

  #refuse(connection: Connection, newcomer: Newcomer, frame: RequestFrame, thrown: unknown): void {
    const { log } = this.#tools
    const refusal = thrown instanceof Refusal ? thrown : invalidRequest('handshake failed')
    if (refusal !== thrown) log.error('handshake failed', { connId: newcomer.connId, err: thrown })
    log.info('client refused', { connId: newcomer.connId, address: newcomer.peer.address, reason: messageOf(refusal) })
    connection.send(errorResponse(frame.id, errorShape(refusal)))
    const isVersion = refusal.message === closures.protocolMismatch.reason
    this.#turnAway(connection, isVersion ? closures.protocolMismatch : closure(1008, refusal.message))
  }

  #turnAway(connection: Connection, ending: Closure): void {
    this.#forgetNewcomer(connection)
    connection.close(ending)
  }

  #forgetNewcomer(connection: Connection): void {
    this.#newcomers.get(connection)?.deadline.cancel()
    this.#newcomers.delete(connection)
  }
}
