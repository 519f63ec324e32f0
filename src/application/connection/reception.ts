import { Failure, messageOf } from '../../domain/failure.js'
import { type Closure, closure, closures } from '../../domain/protocol/close-codes.js'
import { type ConnectParams, connectParams } from '../../domain/protocol/connect-params.js'
import { errorResponse, okResponse, targetedEvent } from '../../domain/protocol/frames.js'
import { limits } from '../../domain/protocol/limits.js'
import { errorShape, invalidRequest, Refusal, unavailable } from '../../domain/protocol/refusal.js'
import type { KnockLimit, KnockTicket } from '../access/knock-limit.js'
import type { Visitor } from '../access/visitor.js'
import type { Clock, Timer } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { Connection, Peer } from '../ports/transport.js'
import type { RequestFrame, Wire } from '../ports/wire.js'
import { Client } from './client.js'
import type { Clients } from './clients.js'
import type { Dispatch } from './dispatch.js'
import type { Admitted, Handshake, Newcomer } from './handshake.js'
import type { Hello } from './hello.js'

/** Told when clients come and go. */
export interface ClientWatcher {
  /** Before `hello-ok` is written, so that it shows in the snapshot. */
  arriving(client: Client): void
  /** After `hello-ok` was sent. */
  arrived(client: Client): void
  left(client: Client, ending: Closure): void
  /** Somebody was not let in. `clientId` is what it called itself, if it came to that. */
  refused(newcomer: Newcomer, refusal: Refusal, clientId: string | undefined): void
}

export interface ReceptionParts {
  readonly clients: Clients
  readonly handshake: Handshake
  readonly hello: Hello
  readonly dispatch: Dispatch
  readonly watcher: ClientWatcher
  readonly knocks: KnockLimit
  /** Sees who is really there, through proxies. */
  readonly look: (peer: Peer) => Visitor
}

export interface ReceptionTools {
  readonly wire: Wire
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

interface Waiting extends Newcomer {
  readonly deadline: Timer
  readonly ticket: KnockTicket
  /** Set while a `connect` is judged that takes longer than a tick: what was sent behind it. */
  queue: (string | Uint8Array)[] | null
  queuedBytes: number
}

/** What a client may send behind a `connect` that is still judged. */
const QUEUED_MESSAGES = 64
const QUEUED_BYTES = 1024 * 1024

/**
 * The reception desk: challenges every new connection, lets it in by the handshake, and passes the messages of
 * those inside to the dispatcher. What a client sends behind `connect` is served in order once it is inside.
 */
export class Reception {
  readonly #newcomers = new Map<Connection, Waiting>()
  readonly #inside = new Map<Connection, Client>()
  readonly #clients: Clients
  readonly #handshake: Handshake
  readonly #hello: Hello
  readonly #dispatch: Dispatch
  readonly #watcher: ClientWatcher
  readonly #knocks: KnockLimit
  readonly #look: (peer: Peer) => Visitor
  readonly #tools: ReceptionTools

  constructor(parts: ReceptionParts, tools: ReceptionTools) {
    this.#clients = parts.clients
    this.#handshake = parts.handshake
    this.#hello = parts.hello
    this.#dispatch = parts.dispatch
    this.#watcher = parts.watcher
    this.#knocks = parts.knocks
    this.#look = parts.look
    this.#tools = tools
  }

  /** The client of a connection, once it was let in. */
  clientOf(connection: Connection): Client | undefined {
    return this.#inside.get(connection)
  }

  opened(connection: Connection): void {
    const { ids, clock } = this.#tools
    const { peer } = connection
    const { real, countedAs } = this.#look(peer)
    const ticket = this.#knocks.enter(countedAs)
    if (ticket === null) {
      connection.close(closures.tryLater)
      return
    }
    const nonce = ids.uuid()
    connection.send(targetedEvent('connect.challenge', { nonce, ts: clock.now() }))
    const deadline = clock.after(limits.handshakeTimeoutMs, () => connection.close(closures.silent))
    const newcomer = {
      connId: ids.uuid(),
      peer,
      address: real.address,
      nonce,
      deadline,
      ticket,
      queue: null,
      queuedBytes: 0,
    }
    this.#newcomers.set(connection, newcomer)
  }

  received(connection: Connection, data: string | Uint8Array): void {
    const client = this.#inside.get(connection)
    if (client !== undefined) {
      this.#fromClient(client, data)
      return
    }
    const newcomer = this.#newcomers.get(connection)
    if (newcomer === undefined) return
    if (newcomer.queue === null) this.#fromNewcomer(connection, newcomer, data)
    else this.#keepForLater(connection, newcomer, newcomer.queue, data)
  }

  closed(connection: Connection, ending: Closure): void {
    this.#forgetNewcomer(connection)
    const client = this.#inside.get(connection)
    if (client === undefined) return
    this.#inside.delete(connection)
    this.#clients.remove(connection)
    this.#watcher.left(client, ending)
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
    if (data.length > limits.maxHandshakeBytes) {
      this.#turnAway(connection, closures.messageTooBig)
      return
    }
    const decoded = this.#tools.wire.decode(data)
    if (decoded.kind !== 'request') {
      this.#turnAway(connection, decoded.kind === 'not-json' ? closures.silent : closures.invalidFrame)
      return
    }
    const { frame } = decoded
    let clientId: string | undefined
    try {
      const params = this.#check(frame)
      clientId = params.client.id
      const admitted = this.#handshake.admit(params, newcomer)
      if (admitted instanceof Promise) this.#letInLater(connection, newcomer, frame, clientId, admitted)
      else this.#letIn(connection, frame, admitted)
    } catch (thrown) {
      this.#refuse(connection, newcomer, frame, clientId, thrown)
    }
  }

  #keepForLater(
    connection: Connection,
    newcomer: Waiting,
    queue: (string | Uint8Array)[],
    data: string | Uint8Array,
  ): void {
    newcomer.queuedBytes += data.length
    if (queue.length < QUEUED_MESSAGES && newcomer.queuedBytes <= QUEUED_BYTES) queue.push(data)
    else this.#turnAway(connection, closures.tooManyEarly)
  }

  #letInLater(
    connection: Connection,
    newcomer: Waiting,
    frame: RequestFrame,
    clientId: string,
    admission: Promise<Admitted>,
  ): void {
    const queue: (string | Uint8Array)[] = []
    newcomer.queue = queue
    const isStillThere = () => this.#newcomers.get(connection) === newcomer
    admission
      .then((admitted) => {
        if (!isStillThere()) return
        this.#handshake.confirm(admitted, newcomer)
        this.#letIn(connection, frame, admitted)
        for (const data of queue) this.received(connection, data)
      })
      .catch((thrown) => {
        if (isStillThere()) this.#refuse(connection, newcomer, frame, clientId, thrown)
        else this.#watcher.refused(newcomer, refusalOf(thrown), clientId)
      })
  }

  #check(frame: RequestFrame): ConnectParams {
    if (frame.method !== 'connect') throw invalidRequest('invalid handshake: first request must be connect')
    const params = this.#tools.wire.check(connectParams, frame.params)
    if (!params.ok) throw invalidRequest(`invalid connect params: ${params.problems}`)
    return params.value
  }

  #letIn(connection: Connection, frame: RequestFrame, { identity, issued }: Admitted): void {
    const client = new Client(identity, connection)
    this.#forgetNewcomer(connection)
    this.#watcher.arriving(client)
    client.send(okResponse(frame.id, this.#hello.payloadFor(identity, issued)))
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

  #refuse(
    connection: Connection,
    newcomer: Newcomer,
    frame: RequestFrame,
    clientId: string | undefined,
    thrown: unknown,
  ): void {
    const { log } = this.#tools
    const refusal = refusalOf(thrown)
    if (refusal !== thrown) log.error('handshake failed', { connId: newcomer.connId, err: thrown })
    log.info('client refused', { connId: newcomer.connId, address: newcomer.address, reason: messageOf(refusal) })
    this.#watcher.refused(newcomer, refusal, clientId)
    connection.send(errorResponse(frame.id, errorShape(refusal)))
    const isVersion = refusal.message === closures.protocolMismatch.reason
    this.#turnAway(connection, isVersion ? closures.protocolMismatch : closure(1008, refusal.message))
  }

  #turnAway(connection: Connection, ending: Closure): void {
    this.#forgetNewcomer(connection)
    connection.close(ending)
  }

  #forgetNewcomer(connection: Connection): void {
    const newcomer = this.#newcomers.get(connection)
    newcomer?.deadline.cancel()
    newcomer?.ticket.leave()
    this.#newcomers.delete(connection)
  }
}

function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown
  return thrown instanceof Failure
    ? unavailable('the gateway cannot let anybody in just now', { retryable: true, cause: thrown })
    : invalidRequest('handshake failed')
}
