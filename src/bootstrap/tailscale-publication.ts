import type { Log } from '../application/ports/log.js'
import type { Tailnet } from '../application/ports/tailnet.js'
import type { GatewayConfig } from '../domain/config/config.js'
import { Failure, messageOf } from '../domain/failure.js'

/** What is published for as long as the gateway runs. */
export interface Publication {
  /** Without a slash at the end; null when nothing is published, or nobody knows under which address. */
  readonly url: string | null
  /** Undoes it where the settings say so. Never rejects; safe to call twice. */
  stop(): Promise<void>
}

const NOTHING: Publication = { url: null, stop: async () => undefined }

/**
 * Publishes the port as the settings say. Never rejects: a gateway that cannot be reached through the tailnet still
 * serves this machine, so the log says what is wrong and how to mend it.
 * @param port where the gateway listens on loopback
 */
export async function startPublication(
  settings: GatewayConfig['gateway']['tailscale'],
  port: number,
  tailnet: Tailnet,
  log: Log,
): Promise<Publication> {
  const { mode } = settings
  if (mode === 'off') return NOTHING
  try {
    const url = await tailnet.publish(mode, port)
    log.info(`published through tailscale ${mode}${url === null ? '' : ` at ${url}`}`, { port })
    if (mode === 'funnel') log.warn('tailscale funnel: everybody on the internet can reach the login of this gateway')
    return { url, stop: undoing(settings, tailnet, log) }
  } catch (thrown) {
    log.error(`tailscale ${mode} did not publish the gateway: ${messageOf(thrown)}`, codeOf(thrown))
    return NOTHING
  }
}

function undoing({ mode, resetOnExit }: GatewayConfig['gateway']['tailscale'], tailnet: Tailnet, log: Log) {
  let undone: Promise<void> | undefined
  const undo = async () => {
    if (mode === 'off' || !resetOnExit) return
    try {
      await tailnet.unpublish(mode)
      log.info(`tailscale ${mode} was reset`)
    } catch (thrown) {
      const fix = `run: tailscale ${mode} reset`
      log.warn(`tailscale ${mode} was not reset: ${messageOf(thrown)}; ${fix}`, codeOf(thrown))
    }
  }
  return () => {
    undone ??= undo()
    return undone
  }
}

function codeOf(thrown: unknown): { readonly code?: string } {
  return thrown instanceof Failure ? { code: thrown.code } : {}
}

/** Keeps what is published in step with the settings of whichever instance runs. */
export class TailscalePublisher {
  readonly #tailnet: () => Tailnet
  readonly #log: Log
  #current: { readonly key: string; readonly publication: Promise<Publication> } | undefined

  /** @param tailnet asked for only when something is to be published */
  constructor(tailnet: () => Tailnet, log: Log) {
    this.#tailnet = tailnet
    this.#log = log
  }

  /** Publishes in the background what these settings ask for, unless it is published already. */
  follow(settings: GatewayConfig['gateway']['tailscale'], port: number): void {
    const key = JSON.stringify([settings, port])
    const before = this.#current
    if (before?.key === key || (before === undefined && settings.mode === 'off')) return
    const ended = before?.publication.then((publication) => publication.stop()) ?? Promise.resolve()
    this.#current = {
      key,
      publication: ended.then(() => startPublication(settings, port, this.#tailnet(), this.#log)),
    }
  }

  /** Undoes the publication where the settings say so. Never rejects. */
  async stop(): Promise<void> {
    await (await this.#current?.publication)?.stop()
  }
}
