import { html, LitElement, nothing, type TemplateResult } from 'lit'
import type { ConnectionState } from '../connection/connection-state.js'
import { GatewayConnection } from '../connection/gateway-connection.js'
import { confirmAction } from '../elements/confirm-action.js'
import type { GatewayView } from '../elements/gateway-view.js'
import { icon } from '../elements/icon.js'
import { BrowserMemory } from '../identity/browser-memory.js'
import type { EnteredEvent } from '../login/credentials-form.js'
import { SignIn } from '../login/sign-in.js'
import { tokenOfLink } from '../login/token-of-link.js'
import { basePath, currentRoute, linkTo, navigate, type Route } from '../router/route.js'
import { shell } from '../strings/en/shell.js'
import { controls } from '../styles/controls.js'
import { VIEWS } from '../views/registry.js'
import { appStyles } from './app-styles.js'
import { gatewayUrl } from './gateway-url.js'
import { loadFile } from './load-file.js'
import { PendingCounts } from './pending-counts.js'
import { applyTheme, rememberedTheme, type Theme } from './theme.js'
import '../elements/problem.js'
import '../elements/empty.js'
import '../elements/loading.js'
import '../elements/toasts.js'
import '../login/door.js'
import './connection-banner.js'

/** From here on the navigation stands beside the view; the same as in app-styles.ts. */
const WIDE = '(width > 50rem)'
/** Who is known to the gateway is usually inside by then and never sees the door. */
const PATIENCE_MS = 400
/** The view comes first. */
const COUNT_AFTER_MS = 200
const START = 'overview'
const THEMES: readonly Theme[] = ['auto', 'light', 'dark']

/** The whole page: the door while nobody is let in, else the navigation and the view the address names. */
export class App extends LitElement {
  static override properties = {
    state: { state: true },
    isInside: { state: true },
    isMenuOpen: { state: true },
    isDoorShown: { state: true },
    shown: { state: true },
    theme: { state: true },
  }

  static override styles = [controls, appStyles]

  declare state: ConnectionState
  /** The gateway has let us in, and has not thrown us out since. */
  declare isInside: boolean
  declare isMenuOpen: boolean
  /** It takes so long to be let in, or was refused, that something should be shown meanwhile. */
  declare isDoorShown: boolean
  declare shown: GatewayView | TemplateResult | null
  declare theme: Theme

  readonly #signIn: SignIn
  readonly #connection: GatewayConnection
  readonly #pending: PendingCounts
  #route: Route = currentRoute()
  #firstVersion: string | null = null

  constructor() {
    super()
    this.theme = rememberedTheme()
    applyTheme(this.theme)
    const token = tokenOfLink()
    this.#signIn = new SignIn(new BrowserMemory(basePath), token === null ? null : { token })
    this.#connection = new GatewayConnection({
      url: gatewayUrl(window.location, basePath),
      credentials: () => this.#signIn.credentials(),
      admitted: (hello) => {
        this.#firstVersion ??= hello.server.version
        void this.#signIn.admitted(hello)
      },
    })
    this.#pending = new PendingCounts(this.#connection, () => this.requestUpdate())
    this.state = this.#connection.state
    this.isInside = false
    this.isMenuOpen = false
    this.shown = null
    this.isDoorShown = false
    this.#connection.onState((state) => this.#moved(state))
    window.addEventListener('popstate', () => this.#arrive())
    window.addEventListener('hashchange', () => this.#cameByLink())
    this.addEventListener('click', (event) => this.#clicked(event))
    this.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape' && this.isMenuOpen) this.#closeMenu()
    })
    matchMedia(WIDE).addEventListener('change', () => {
      this.isMenuOpen = false
    })
    this.#connection.open()
    fetchAhead(this.#route.view)
    setTimeout(() => {
      if (!this.isInside) this.isDoorShown = true
    }, PATIENCE_MS)
  }

  override render() {
    if (!this.isInside && !this.isDoorShown && this.state.kind === 'connecting') return nothing
    if (!this.isInside) {
      return html`<mayros-door
        .state=${this.state}
        @again=${() => this.#connection.open()}
        @entered=${(event: EnteredEvent) => this.#enter(event)}
      ></mayros-door>`
    }
    return html`<div class="frame">
        ${this.#bar()} ${this.#navigation()}
        <div class="stage" @focusin=${this.#lookedAway}>
          <mayros-connection-banner
            .connection=${this.#connection}
            .state=${this.state}
            .firstVersion=${this.#firstVersion}
          ></mayros-connection-banner>
          <main id="content" tabindex="-1">${this.shown ?? html`<mayros-loading></mayros-loading>`}</main>
          <mayros-toasts></mayros-toasts>
        </div>
      </div>`
  }

  #bar(): TemplateResult {
    return html`<header class="bar">
      <button class="skip" @click=${this.#skip}>${shell.skip}</button>
      <button
        class="quiet icon menu"
        aria-label=${this.isMenuOpen ? shell.closeMenu : shell.menu}
        aria-expanded=${this.isMenuOpen}
        aria-controls="views"
        @click=${() => {
          this.isMenuOpen = !this.isMenuOpen
        }}
      >
        ${icon(this.isMenuOpen ? 'close' : 'menu', 22)}
      </button>
      <span>${shell.name}</span>
    </header>`
  }

  #navigation(): TemplateResult {
    return html`<nav id="views" aria-label=${shell.navigation} class=${this.isMenuOpen ? 'open' : ''}>
      <a class="brand" href=${linkTo('overview')}>${shell.name}</a>
      <ul>
        ${VIEWS.map(
          ({ view, title, icon: picture }) =>
            html`<li>
              <a href=${linkTo(view)} aria-current=${view === this.#route.view ? 'page' : nothing}>
                ${icon(picture)} ${title} ${this.#waiting(view)}
              </a>
            </li>`,
        )}
      </ul>
      ${window.isSecureContext ? nothing : html`<p class="not-private badge warn">${shell.notPrivate}</p>`}
      <div class="foot">
        <p class="small muted">${shell.version(this.#connection.hello?.server.version ?? '')}</p>
        <div class="row">
          <button class="quiet icon" aria-label=${shell.theme[this.theme]} title=${shell.theme[this.theme]} @click=${this.#nextTheme}>
            ${icon('theme')}
          </button>
          <button class="quiet icon" aria-label=${shell.signOut} title=${shell.signOut} @click=${this.#signOut}>
            ${icon('out')}
          </button>
        </div>
      </div>
    </nav>`
  }

  /** How many decisions wait in a view. */
  #waiting(view: string): TemplateResult | typeof nothing {
    const count = this.#pending.of(view)
    if (count === 0) return nothing
    return html`<span class="badge warn" aria-hidden="true">${count}</span>
      <span class="visually-hidden">${shell.waiting(count)}</span>`
  }

  #moved(state: ConnectionState): void {
    this.state = state
    // What was typed at the door must not vanish while it is tried.
    if (state.kind !== 'connecting') this.isDoorShown = true
    if (state.kind === 'connected' && !this.isInside) {
      this.isInside = true
      this.#arrive()
      setTimeout(() => this.#pending.count(), COUNT_AFTER_MS)
    } else if (state.kind === 'refused') {
      this.isInside = false
      this.shown = null
      void this.#signIn.refused(state.error).then((isWorthAnother) => {
        if (isWorthAnother) this.#connection.open()
      })
    } else if (state.kind === 'idle') {
      this.isInside = false
      this.shown = null
    }
  }

  /** The address has changed, or the page has just been let in. */
  #arrive(): void {
    if (!this.isInside) return
    const route = currentRoute()
    this.#route = route
    this.isMenuOpen = false
    if (route.view === '') {
      navigate(linkTo(START), 'replace')
      return
    }
    const entry = VIEWS.find(({ view }) => view === route.view)
    document.title = entry === undefined ? shell.name : `${entry.title} · ${shell.name}`
    const name = `mayros-${route.view}-view`
    if (this.shown instanceof HTMLElement && this.shown.localName === name) {
      this.shown.route = route
      this.requestUpdate()
      return
    }
    if (entry === undefined) {
      this.shown = notFound()
      return
    }
    if (customElements.get(name) !== undefined) {
      this.#show(name, route)
      this.requestUpdate()
      return
    }
    loadFile(entry.load).then(
      () => this.#show(name, route),
      (thrown: unknown) => {
        this.shown = html`<mayros-problem heading=${shell.viewFailed} text=${String(thrown)} .retry=${() => window.location.reload()}></mayros-problem>`
      },
    )
    this.requestUpdate()
  }

  #show(name: string, route: Route): void {
    if (route !== this.#route) return
    const isFirst = this.shown === null
    const view = document.createElement(name) as GatewayView
    view.connection = this.#connection
    view.route = route
    this.shown = view
    if (!isFirst) void this.updateComplete.then(() => this.renderRoot.querySelector('main')?.focus())
  }

  /** Links inside the page are followed without loading it anew, unless the gateway is of another version by now. */
  #clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    const link = event.composedPath().find((part) => part instanceof HTMLAnchorElement)
    if (link === undefined || link.target !== '' || link.hasAttribute('download')) return
    const isOurs = link.origin === window.location.origin && link.pathname.startsWith(`${basePath}/`)
    if (!isOurs || link.getAttribute('href')?.startsWith('#') === true) return
    if ((this.#connection.hello?.server.version ?? null) !== this.#firstVersion) return
    event.preventDefault()
    this.isMenuOpen = false
    if (link.href !== window.location.href) navigate(link.href)
  }

  /** A one-time link was opened in a page that was there already. */
  #cameByLink(): void {
    const token = tokenOfLink()
    if (token === null || this.isInside) return
    this.#signIn.enter({ token })
    this.#connection.open()
  }

  #enter({ entered }: EnteredEvent): void {
    this.#signIn.enter(entered)
    this.#connection.open()
  }

  readonly #skip = (): void => {
    this.renderRoot.querySelector('main')?.focus()
  }

  /** The menu hides the view; whoever has the focus there must see it. */
  readonly #lookedAway = (): void => {
    this.isMenuOpen = false
  }

  #closeMenu(): void {
    this.isMenuOpen = false
    this.renderRoot.querySelector<HTMLElement>('.menu')?.focus()
  }

  readonly #nextTheme = (): void => {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? 'auto'
    applyTheme(this.theme)
  }

  readonly #signOut = async (): Promise<void> => {
    if (!(await confirmAction(shell.signOutAsk, shell.signOut, 'plain'))) return
    await this.#signIn.signOut()
    this.#connection.open()
  }
}

/** Fetches the file of a view while the connection is made. Whether that went well is asked when it is shown. */
function fetchAhead(name: string): void {
  const entry = VIEWS.find(({ view }) => view === (name || START))
  entry?.load().then(undefined, () => undefined)
}

function notFound(): TemplateResult {
  return html`<div class="page">
    <h1>${shell.notFound}</h1>
    <mayros-empty text=${shell.notFoundText}>
      <a href=${linkTo('overview')}>${shell.toOverview}</a>
    </mayros-empty>
  </div>`
}

customElements.define('mayros-app', App)
