import { networkInterfaces } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

const PASSWORD = 'correct horse battery staple'

/** What the browser itself says of a page that came by plain HTTP. */
const NOT_ISOLATED = /Cross-Origin-Opener-Policy header has been ignored/

/** An address of this machine that is not only its own; undefined on a machine without network. */
const lanAddress = Object.values(networkInterfaces())
  .flat()
  .find((found) => found?.family === 'IPv4' && !found.internal)?.address
if (lanAddress === undefined)
  console.info('skipped: the Control UI from elsewhere; this machine has no network address')

/** A page that did not come from the gateway's own machine, below a path, by TLS. */
describe.skipIf(chromiumProgram === null || lanAddress === undefined)(
  'the Control UI from elsewhere',
  { timeout: 60_000 },
  () => {
    let stage: ControlUiStage

    beforeAll(async () => {
      const auth = { mode: 'password', password: PASSWORD }
      const gateway = { mode: 'local', bind: 'lan', auth, tls: { enabled: true }, controlUi: { basePath: '/my/ui' } }
      stage = await ControlUiStage.start({ config: { gateway }, host: lanAddress as string })
    })
    afterEach(() => stage.requireClean())
    afterAll(() => stage.dispose())

    it('the password is not enough: somebody lets the browser in, and the page goes on by itself', async () => {
      const { page } = await stage.open('/my/ui/debug', await stage.newBrowser({ ignoreHTTPSErrors: true }))
      const field = page.getByLabel('Gateway password')
      await field.fill('wrong')
      await field.press('Enter')
      await page.getByText('does not know this password').waitFor()
      await page.getByRole('button', { name: 'Use a token instead' }).click()
      await page.getByLabel('Gateway token').fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('asks for its password, not for a token').waitFor()

      await field.fill(PASSWORD)
      await field.press('Enter')
      await page.getByRole('heading', { name: 'This browser waits to be let in' }).waitFor()
      await requireAccessible(page)
      await photograph(page, 'pairing')
      const command = await page.locator('code').textContent()
      const requestId = /^mayros devices approve (\S+)$/.exec(command ?? '')?.[1] ?? ''

      const scopes = ['operator.admin', 'operator.pairing']
      const operator = await stage.gateway.connect({ token: undefined as never, password: PASSWORD, scopes })
      await operator.call('device.pair.approve', { requestId })
      await page.getByRole('navigation', { name: 'Views' }).waitFor()
      await page.getByRole('link', { name: 'Logs' }).click()
      await page.waitForURL('**/my/ui/logs')
      await page.reload()
      await page.getByRole('link', { name: 'Logs' }).waitFor()
      expect(new URL(page.url()).pathname).toBe('/my/ui/logs')
    })
  },
)

describe.skipIf(chromiumProgram === null || lanAddress === undefined)(
  'the Control UI from elsewhere by plain HTTP',
  { timeout: 60_000 },
  () => {
    let stage: ControlUiStage

    beforeAll(async () => {
      const gateway = { mode: 'local', bind: 'lan', auth: { token: 'a-token-of-the-journey-0123456789-abcdefgh' } }
      stage = await ControlUiStage.start({ config: { gateway }, host: lanAddress as string })
    })
    afterEach(() => stage.requireClean())
    afterAll(() => stage.dispose())

    it('says that anybody may listen, and lets a browser in that somebody approved', async () => {
      const browser = await stage.newBrowser()
      const watched = await stage.open('/debug', browser)
      watched.tolerate(NOT_ISOLATED)
      const { page } = watched
      expect(await page.evaluate('isSecureContext || Boolean(crypto.subtle)')).toBe(false)
      await page.getByRole('heading', { name: 'This connection is not private' }).waitFor()
      await page.getByText('ssh -L').waitFor()
      await requireAccessible(page)
      await photograph(page, 'insecure')

      await page.getByLabel('Gateway token').fill(stage.gateway.token)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'This browser waits to be let in' }).waitFor()
      const command = await page.locator('section code').textContent()
      const approval = await stage.home.run((command ?? '').split(' ').slice(1))
      expect(approval.code, approval.stderr).toBe(0)
      await page.getByRole('navigation', { name: 'Views' }).waitFor()
      await page.getByText('Not private: plain HTTP').waitFor()
      await requireAccessible(page)

      // Pages of this browser are the same device, which needs no token from now on.
      await page.reload()
      const second = await stage.open('/devices', browser)
      second.tolerate(NOT_ISOLATED)
      for (const shown of [page, second.page]) await shown.getByRole('navigation', { name: 'Views' }).waitFor()
      const paired = second.page.locator('mayros-device-card')
      await paired.getByText('This browser').waitFor()
      expect(await paired.getByText('Chromium on Linux').count()).toBe(1)
    })
  },
)
