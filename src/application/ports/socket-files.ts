/*
 * The files through which Unix domain sockets are reached. Called by transports that listen on one.
 * Promises: one winner per path; nobody ever meets a socket with other rights than 600, or one that does not answer yet;
 * a file is taken over only when it is a socket that nobody listens on any more.
 * May refuse: with ListenFailure. Must never remove a file that is not its own or abandoned.
 */
import type { UnixEndpoint } from './transport.js'

export interface SocketFiles {
  /**
   * Gives a listening socket its name. `listenAt` has to listen on the path it is given, which is another one.
   * Rejects with ListenFailure; then the caller ends the listening.
   */
  place(endpoint: UnixEndpoint, listenAt: (path: string) => Promise<void>): Promise<PlacedSocket>
}

export interface PlacedSocket {
  readonly endpoint: UnixEndpoint
  /** To be called while we still listen: until then nobody else may have put a file of their own there. */
  remove(): Promise<void>
}
