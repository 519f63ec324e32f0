import { type CSSResultGroup, html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import type { GatewayConnection } from '../connection/gateway-connection.js'
import { RequestRefused } from '../connection/request-refused.js'
import type { Route } from '../router/route.js'
import { states } from '../strings/en/states.js'
import { controls } from '../styles/controls.js'
import './empty.js'
import './loading.js'
import './problem.js'

/**
 * A view of the page. The shell sets `connection` and `route` before it is connected and `route` again whenever the
 * address changes. A view overrides `load` to fetch what it shows and `content` to show it; until `load` has resolved
 * once a loading state stands there, and where it fails a problem with a way to try again. `load` is called again after
 * a reconnect and after lost events, while what is shown stays.
 */
export abstract class GatewayView extends LitElement {
  static override properties: PropertyDeclarations = {
    connection: { attribute: false },
    route: { attribute: false },
    loading: { state: true },
    loadProblem: { state: true },
  }

  static override styles: CSSResultGroup = [controls]

  declare connection: GatewayConnection
  declare route: Route
  /** Nothing has been loaded yet. */
  declare loading: boolean
  /** Why the last `load` failed; null when it did not. */
  declare loadProblem: string | null

  readonly #stops: (() => void)[] = []
  #loads = 0

  constructor() {
    super()
    this.loading = true
    this.loadProblem = null
  }

  /** Fetches what the view shows. May reject: the reason is shown. */
  protected async load(): Promise<void> {
    await Promise.resolve()
  }

  /** What is shown once it has been loaded. */
  protected content(): TemplateResult | typeof nothing {
    return nothing
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#stops.push(this.connection.onRefresh(() => void this.reload()))
    void this.reload()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.#stops.splice(0)) stop()
  }

  /** Hears an event of the gateway as long as the view is shown. Call it in `connectedCallback`. */
  protected listen(event: string, heard: (payload: unknown) => void): void {
    this.keep(this.connection.on(event, heard))
  }

  /** Calls this when the view goes away. */
  protected keep(stop: () => void): void {
    this.#stops.push(stop)
  }

  /** Loads again; of several calls at once the last one counts. Never rejects. */
  async reload(): Promise<void> {
    const turn = ++this.#loads
    try {
      await this.load()
      if (turn !== this.#loads) return
      this.loading = false
      this.loadProblem = null
    } catch (thrown) {
      if (turn !== this.#loads || isLoss(thrown)) return
      this.loading = false
      this.loadProblem = thrown instanceof Error ? thrown.message : String(thrown)
    }
  }

  override render(): unknown {
    if (this.loading) return html`<mayros-loading></mayros-loading>`
    if (this.loadProblem === null) return this.content()
    return html`<mayros-problem
      heading=${states.couldNotLoad}
      text=${this.loadProblem}
      .retry=${() => void this.reload()}
    ></mayros-problem>`
  }
}

/** The connection has ended: the shell says so, and the view is loaded again when it is back. */
function isLoss(thrown: unknown): boolean {
  return thrown instanceof RequestRefused && thrown.code === 'DISCONNECTED'
}
