import type { WebSocketRoute } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

/** What the browser itself says on the console when nobody listens. */
const NOBODY_LISTENS = /WebSocket connection to .* failed/

describe.skipIf(chromiumProgram === null)('getting into the Control UI', { timeout: 60_000 }, () => {
  let stage: ControlUiStage

  beforeAll(async () => {
    stage = await ControlUiStage.start()
  })
  afterEach(() => stage.requireClean())
  afterAll(() => stage.dispose())

  it('a stranger is asked for the token; a wrong one is refused, the right one lets in, and the browser is known then', async () => {
    const browser = await stage.newBrowser()
    const { page } = await stage.open('/sessions', browser)
    const field = page.getByLabel('Gateway token')
    await field.waitFor()
    await requireAccessible(page)
    await photograph(page, 'login')

    await field.fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('does not know this token').waitFor()
    await requireAccessible(page)

    await field.fill(stage.gateway.token)
    await field.press('Enter')
    await page.getByRole('navigation', { name: 'Views' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/sessions')

    await page.reload()
    await page.getByRole('navigation', { name: 'Views' }).waitFor()
    const kept = await page.evaluate<string>('JSON.stringify({ ...localStorage, ...sessionStorage })')
    expect(kept).not.toContain(stage.gateway.token)
  })

  it('a one-time link lets one browser in, once, and does not stay in the address', async () => {
    const token = await stage.ticket()
    const first = await stage.open(`/#token=${token}`)
    await first.page.getByRole('navigation', { name: 'Views' }).waitFor()
    expect(new URL(first.page.url()).hash).toBe('')
    expect(new URL(first.page.url()).pathname).toBe('/overview')

    const second = await stage.open(`/#token=${token}`)
    await second.page.getByRole('alert').getByText('A one-time link works once').waitFor()
  })

  it('comes back by itself when the gateway was killed and started again', async () => {
    const watched = await stage.openSignedIn('/debug')
    watched.tolerate(NOBODY_LISTENS)
    await stage.gateway.crash()
    const banner = watched.page.getByText('Not connected:').first()
    await banner.waitFor()
    await photograph(watched.page, 'reconnecting')
    await requireAccessible(watched.page)
    await stage.startAgain()
    await banner.waitFor({ state: 'detached', timeout: 20_000 })
    expect(new URL(watched.page.url()).pathname).toBe('/debug')
  })

  it('two tabs of one browser are in at once, and the back button goes back', async () => {
    const browser = await stage.newBrowser()
    const one = await stage.openSignedIn('/overview', browser)
    const two = await stage.open('/logs', browser)
    await two.page.getByRole('link', { name: 'Logs' }).waitFor()
    await one.page.getByRole('link', { name: 'Agents' }).click()
    await one.page.waitForURL('**/agents')
    await one.page.getByRole('link', { name: 'Devices' }).click()
    await one.page.waitForURL('**/devices')
    await one.page.goBack()
    await one.page.waitForURL('**/agents')
    expect(await one.page.getByRole('link', { name: 'Agents' }).getAttribute('aria-current')).toBe('page')
    expect(await one.page.title()).toBe('Agents · Mayros')
  })

  it('an address that means nothing says so, and the way out works', async () => {
    const { page } = await stage.openSignedIn('/no-such-view')
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    await requireAccessible(page)
    await page.getByRole('link', { name: 'Go to the overview' }).click()
    await page.waitForURL('**/overview')
  })

  it('on a phone the views are behind a button', async () => {
    const { page } = await stage.openSignedIn(
      '/debug',
      await stage.newBrowser({ viewport: { width: 360, height: 700 } }),
    )
    const link = page.getByRole('link', { name: 'Agents' })
    expect(await link.isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Menu' }).click()
    await requireAccessible(page)
    await photograph(page, 'phone-menu')
    await link.click()
    await page.waitForURL('**/agents')
    expect(await link.isVisible()).toBe(false)
  })

  it('a view whose file is gone after an upgrade loads the page anew, once', async () => {
    const { page } = await stage.openSignedIn('/debug')
    let asked = 0
    await page.route('**/assets/logs-view-*.js', (route) => {
      asked += 1
      return asked === 1
        ? route.fulfill({ status: 200, contentType: 'text/javascript', body: 'export {' })
        : route.continue()
    })
    await page.getByRole('link', { name: 'Logs' }).click()
    await page.locator('mayros-logs-view').waitFor({ state: 'attached' })
    expect(asked).toBe(2)
    expect(new URL(page.url()).pathname).toBe('/logs')
  })

  it('a browser without keys of its own is let in all the same, and known when it comes again', async () => {
    const browser = await stage.newBrowser()
    await browser.addInitScript(`crypto.subtle.constructor.prototype.generateKey = () =>
      Promise.reject(new DOMException('no such algorithm', 'NotSupportedError'))`)
    const { page } = await stage.openSignedIn('/devices', browser)
    const ours = page.locator('mayros-device-card', { hasText: 'This browser' })
    const id = await ours.locator('code').textContent()
    await page.reload()
    expect(await ours.locator('code').textContent()).toBe(id)
  })

  it('after an update of the gateway a bar offers to reload, and a link does so anyway', async () => {
    const browser = await stage.newBrowser()
    const sockets: WebSocketRoute[] = []
    let version: string | null = null
    await browser.routeWebSocket(/./, (socket) => {
      sockets.push(socket)
      socket.connectToServer().onMessage((text) => {
        const found = /("server":\{"version":")[^"]+/
        socket.send(version === null ? text : String(text).replace(found, `$1${version}`))
      })
    })
    const { page } = await stage.openSignedIn('/debug', browser)
    version = '99.1.0'
    await sockets.at(-1)?.close({ code: 1012, reason: 'service restart' })
    await page.getByText('The gateway was updated to 99.1.0').waitFor()
    await requireAccessible(page)
    await photograph(page, 'updated')
    await page.evaluate('globalThis.isOldPage = true')
    await page.getByRole('link', { name: 'Logs' }).click()
    await page.waitForURL('**/logs')
    await page.getByRole('navigation', { name: 'Views' }).waitFor()
    expect(await page.evaluate('globalThis.isOldPage')).toBe(undefined)
    expect(await page.getByText('The gateway was updated').count()).toBe(0)
  })

  it('the navigation counts the decisions that wait', async () => {
    const { page } = await stage.openSignedIn('/debug')
    const client = await stage.gateway.connect()
    const asked = client.call('exec.approval.request', { command: 'make', cwd: '/srv', agentId: 'main' })
    const link = page.getByRole('link', { name: 'Approvals 1 waiting' })
    await link.waitFor()
    await requireAccessible(page)
    await photograph(page, 'waiting')
    await link.click()
    await page.getByRole('button', { name: 'Deny' }).click()
    await asked
    await page.getByRole('link', { name: 'Approvals', exact: true }).waitFor()
  })

  it('signing out forgets this browser', async () => {
    const { page } = await stage.openSignedIn('/debug')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Gateway token').waitFor()
    await page.reload()
    await page.getByLabel('Gateway token').waitFor()
  })
})
