import type { Agent } from 'node:http'
import { Api, type ApiClientOptions, InputFile } from 'grammy'
import { ChannelFailure } from '../../application/ports/channel.js'
import type { Clock } from '../../application/ports/clock.js'
import { agentFetch } from './agent-fetch.js'
import { download } from './download.js'
import { translateFailure } from './translate-failure.js'

export type RawApi = Api['raw']
/** The library declares the signal of an old polyfill; it takes the platform's. */
export type CallSignal = Parameters<RawApi['getMe']>[0]

export interface BotApiOptions {
  /** For sentences: `telegram/default`. */
  readonly name: string
  readonly token: string
  /** `https://api.telegram.org`, or a server of one's own; without a slash at the end. */
  readonly apiRoot: string
  readonly agent: Agent
  readonly clock: Clock
  /** Longest time of a call that does not say otherwise. */
  readonly callSeconds: number
}

/**
 * Calls to the Bot API on behalf of one bot. Every call has an end, fails with a ChannelFailure only (or with the reason
 * of the caller's own signal), and is never repeated.
 */
export class BotApi {
  readonly #options: BotApiOptions
  readonly #raw: RawApi

  constructor(options: BotApiOptions) {
    const { token, apiRoot, agent } = options
    this.#options = options
    const fetch = agentFetch(agent) as unknown as NonNullable<ApiClientOptions['fetch']>
    this.#raw = new Api(token, { apiRoot, fetch }).raw
  }

  call<T>(
    what: (raw: RawApi, signal: CallSignal) => Promise<T>,
    signal: AbortSignal,
    seconds = this.#options.callSeconds,
  ): Promise<T> {
    return this.#timed(signal, seconds, (ending) => what(this.#raw, ending as unknown as CallSignal))
  }

  /** The bytes behind a file id. */
  async file(fileId: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    const { apiRoot, token, agent, name, callSeconds } = this.#options
    const { file_path: path } = await this.call((raw, ending) => raw.getFile({ file_id: fileId }, ending), signal)
    if (path === undefined) throw new ChannelFailure('not-found', `${name}: Telegram does not have the file any more`)
    const address = new URL(`${apiRoot}/file/bot${token}/${path}`)
    return this.#timed(signal, 4 * callSeconds, (ending) => download(address, agent, maxBytes, name, ending))
  }

  /** Bytes as an argument of a call. The library writes the name unquoted, so what would end it early is replaced. */
  upload(bytes: Uint8Array, fileName: string): InputFile {
    return new InputFile(bytes, fileName.replace(/[\p{Cc}";\\/]/gu, '_'))
  }

  /** Ends all connections. */
  close(): void {
    this.#options.agent.destroy()
  }

  async #timed<T>(signal: AbortSignal, seconds: number, work: (ending: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    const { clock, name, token } = this.#options
    const late = new AbortController()
    const timer = clock.after(seconds * 1000, () => late.abort())
    try {
      return await work(AbortSignal.any([signal, late.signal]))
    } catch (thrown) {
      signal.throwIfAborted()
      if (late.signal.aborted) {
        throw new ChannelFailure('network', `${name}: Telegram did not answer within ${seconds} seconds`)
      }
      throw translateFailure(thrown, name, token)
    } finally {
      timer.cancel()
    }
  }
}
