import type { Page } from 'playwright-core'

/** Runs in the page, before anything of its own. */
const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) => {
  noteViolation(['policy:', event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber].join(' '))
})`

/** What a page did that it must not do: errors on its console, violations of its policy, requests to strangers. */
export class WatchedPage {
  readonly page: Page
  readonly #seen: string[] = []
  readonly #tolerated: RegExp[] = []

  private constructor(page: Page) {
    this.page = page
  }

  /** @param origin the only one the page may speak to */
  static async watch(page: Page, origin: string): Promise<WatchedPage> {
    const watched = new WatchedPage(page)
    const note = (what: string) => watched.#seen.push(what)
    page.on('console', (message) => {
      if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`)
    })
    page.on('pageerror', (error) => note(`error: ${error.stack ?? error.message}`))
    page.on('request', (request) => {
      const url = request.url()
      if (!/^(?:blob|data|about):/.test(url) && new URL(url).origin !== origin) note(`foreign request: ${url}`)
    })
    await page.exposeFunction('noteViolation', note)
    await page.addInitScript(TELL_VIOLATIONS)
    return watched
  }

  /** From now on this may be on the console: the browser itself complains when a gateway is killed. */
  tolerate(pattern: RegExp): void {
    this.#tolerated.push(pattern)
  }

  /** Throws when the page did anything wrong so far. */
  requireClean(): void {
    const wrong = this.#seen.filter((what) => !this.#tolerated.some((pattern) => pattern.test(what)))
    if (wrong.length > 0) throw new Error(`the page did what it must not do:\n${wrong.join('\n')}`)
  }
}
