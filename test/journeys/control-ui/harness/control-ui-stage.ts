import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { CliHome } from '../../harness/cli-home.js'
import type { RunningGateway } from '../../harness/running-gateway.js'
import { startChromium } from './chromium.js'
import { WatchedPage } from './watched-page.js'

export interface StageOptions {
  /** Configuration of the gateway; default: none, the echo agent answers. */
  readonly config?: object
  readonly env?: Readonly<Record<string, string>>
  /** Name or address of the machine in the address of the page; default: 127.0.0.1. */
  readonly host?: string
  /** Done before the gateway starts. */
  readonly prepare?: (home: CliHome) => Promise<void>
}

/**
 * A built gateway and a browser for one file of journeys. Start it in `beforeAll`, check it in `afterEach` and dispose of
 * it in `afterAll`.
 */
export class ControlUiStage {
  readonly home: CliHome
  gateway: RunningGateway
  readonly browser: Browser
  readonly #options: StageOptions
  readonly #contexts: BrowserContext[] = []
  readonly #pages: WatchedPage[] = []

  private constructor(home: CliHome, gateway: RunningGateway, browser: Browser, options: StageOptions) {
    this.home = home
    this.gateway = gateway
    this.browser = browser
    this.#options = options
  }

  static async start(options: StageOptions = {}): Promise<ControlUiStage> {
    const home = new CliHome()
    if (options.config !== undefined) await home.configure(options.config)
    await options.prepare?.(home)
    const gateway = await home.gateway([], options.env === undefined ? {} : { env: options.env })
    return new ControlUiStage(home, gateway, await startChromium(), options)
  }

  /** Where the page is: `http://127.0.0.1:1234`, without a slash at the end. */
  get origin(): string {
    return this.gateway.url.replace(/^ws/, 'http').replace('127.0.0.1', this.#options.host ?? '127.0.0.1')
  }

  /** A browser that was never here: no key, no token. */
  async newBrowser(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    context.setDefaultTimeout(10_000)
    this.#contexts.push(context)
    return context
  }

  /** Opens a path in a browser, a fresh one unless it is given, without signing in. */
  async open(path: string, browser?: BrowserContext): Promise<WatchedPage> {
    const page = await (browser ?? (await this.newBrowser())).newPage()
    const watched = await WatchedPage.watch(page, this.origin)
    this.#pages.push(watched)
    await page.goto(this.origin + path)
    return watched
  }

  /** Opens a path in a browser that is signed in by a one-time link, as `mayros dashboard` makes them. */
  async openSignedIn(path: string, browser?: BrowserContext): Promise<WatchedPage> {
    const watched = await this.open(`${path}#token=${await this.ticket()}`, browser)
    await watched.page.locator('nav').first().waitFor({ state: 'attached' })
    return watched
  }

  /** A token that lets one browser in once. */
  async ticket(): Promise<string> {
    const client = await this.gateway.connect()
    const { token } = await client.call<{ readonly token: string }>('login.ticket', {})
    await client.close()
    this.gateway.shown.push(token)
    return token
  }

  /** Starts the gateway again on the port it had, after it was stopped or killed. */
  async startAgain(): Promise<void> {
    const { env } = this.#options
    const args = ['--port', String(this.gateway.port)]
    this.gateway = await this.home.gateway(args, env === undefined ? {} : { env })
  }

  /** Closes all pages and throws when one of them did what it must not do. */
  async requireClean(): Promise<void> {
    const pages = this.#pages.splice(0)
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()))
    for (const watched of pages) watched.requireClean()
  }

  async dispose(): Promise<void> {
    await this.browser.close()
    await this.home.dispose()
  }
}
