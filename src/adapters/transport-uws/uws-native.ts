/*
 * The part of the native engine that this adapter uses: what v20.30 and v20.57 have in common.
 * Described here because the shipped typings miss the exclusive listen overload and v20.30's `close`.
 */

/** The module an engine package loads. */
export interface NativeEngine {
  App(): NativeApp
  /** Throws without a reason when key or certificate cannot be used. */
  SSLApp(options: { readonly key_file_name: string; readonly cert_file_name: string }): NativeApp
  us_listen_socket_close(token: ListenToken): void
  /** Without it several processes share a port silently. */
  readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number
}

declare const listenToken: unique symbol

/** A raw pointer of the engine: to be closed once, then forgotten. */
export interface ListenToken {
  readonly [listenToken]: true
}

export interface NativeApp {
  ws(pattern: string, behavior: NativeSocketBehavior): NativeApp
  any(pattern: string, handler: (response: NativeResponse, request: NativeRequest) => void): NativeApp
  /** Calls back at once; `false` means refused, for any reason. */
  listen(host: string, port: number, options: number, callback: (token: ListenToken | false) => void): NativeApp
  /** Removes whatever has that name, and copies the path without looking at its length. Calls back at once. */
  listen_unix?(callback: (token: ListenToken | false) => void, path: string): NativeApp
  publish(topic: string, message: string | Uint8Array, isBinary: boolean, compress: boolean): boolean
  /** Cuts everything: listeners, requests, sockets. Runs their handlers inside the call. */
  close(): NativeApp
}

export interface NativeSocketBehavior {
  /** All numbers are read as signed 32-bit integers. */
  readonly maxPayloadLength: number
  readonly maxBackpressure: number
  readonly closeOnBackpressureLimit: boolean
  readonly idleTimeout: number
  readonly sendPingsAutomatically: boolean
  readonly maxLifetime: number
  readonly compression: number
  upgrade(response: NativeResponse, request: NativeRequest, context: UpgradeContext): void
  open(socket: NativeSocket): void
  /** `message` is borrowed: it has length 0 after the callback. */
  message(socket: NativeSocket, message: ArrayBuffer, isBinary: boolean): void
  drain(socket: NativeSocket): void
  /** Not called by v20.30. */
  dropped(socket: NativeSocket): void
  /** Only `getUserData` may be called on the socket. */
  close(socket: NativeSocket, code: number, message: ArrayBuffer): void
}

declare const upgradeContext: unique symbol

export interface UpgradeContext {
  readonly [upgradeContext]: true
}

/** What a socket carries; the engine copies the keys of this object, so it must be a plain one. */
export interface SocketData {
  readonly connection: NativeSocketOwner
}

/** Who is told what happens on a socket. */
export interface NativeSocketOwner {
  attach(socket: NativeSocket): void
  message(message: ArrayBuffer, isBinary: boolean): void
  writable(): void
  overflowed(): void
  detach(code: number, message: ArrayBuffer): void
}

/** Every member throws after the end. */
export interface NativeSocket {
  /** 1 sent, 0 buffered (it will go out), 2 dropped. */
  send(message: string | Uint8Array, isBinary: boolean, compress: boolean): number
  getBufferedAmount(): number
  /** Packs what `batch` sends into one system call. */
  cork(batch: () => void): NativeSocket
  /** Runs the close handler inside the call. */
  end(code: number, reason: string): void
  /** Runs the close handler inside the call. */
  close(): void
  subscribe(topic: string): boolean
  unsubscribe(topic: string): boolean
  getTopics(): string[]
  getUserData(): SocketData
}

/** Dead after the request callback returns. */
export interface NativeRequest {
  getMethod(): string
  getUrl(): string
  /** Without the question mark; nothing to ask is `undefined` in v20.30 and empty in v20.57. */
  getQuery(): string | undefined
  getHeader(lowerCaseName: string): string
  forEach(visit: (name: string, value: string) => void): void
}

/** Every member throws after the end and after `onAborted`. */
export interface NativeResponse {
  writeStatus(status: string): NativeResponse
  writeHeader(name: string, value: string | Uint8Array): NativeResponse
  /** Chunked. `false` means: taken, but wait for `onWritable` now. Empty chunks do nothing. */
  write(chunk: Uint8Array | string): boolean
  end(body?: string | Uint8Array, closeConnection?: boolean): NativeResponse
  /**
   * Takes arguments too, but a reported length keeps the response unfinished, and `undefined` is reported as 2^63.
   */
  endWithoutBody(): NativeResponse
  /** Hands over what fits: [everything fitted, response is complete]. */
  tryEnd(chunk: Uint8Array, totalBytes: number): [boolean, boolean]
  /** Body bytes handed over so far; stays 0 for chunked responses. */
  getWriteOffset(): number
  onWritable(handler: (offset: number) => boolean): NativeResponse
  onAborted(handler: () => void): NativeResponse
  /** Must be attached in the first tick. `chunk` is borrowed. */
  onData(handler: (chunk: ArrayBuffer, isLast: boolean) => void): NativeResponse
  pause(): void
  resume(): void
  /** Packs what `batch` writes into one system call. */
  cork(batch: () => void): NativeResponse
  close(): NativeResponse
  /** 4 or 16 raw bytes. */
  getRemoteAddress(): ArrayBuffer
  /** As above, out of the last PROXY protocol header of the connection; empty when there was none. */
  getProxiedRemoteAddress(): ArrayBuffer
  upgrade(data: SocketData, key: string, protocol: string, extensions: string, context: UpgradeContext): void
}
