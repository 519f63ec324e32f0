import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { temporaryDeviceIdentity } from '../../../src/adapters/device-identity-file/file-device-identity.js'
import { unusedPort } from '../../contracts/harness/unused-port.js'
import { CONTROL_UI } from '../harness/seen-from.js'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

describe.skipIf(chromiumProgram === null)('the overview of the Control UI', { timeout: 60_000 }, () => {
  let stage: ControlUiStage

  beforeAll(async () => {
    const irc = { host: '127.0.0.1', port: await unusedPort(), tls: false, nick: 'mayros' }
    const agents = { defaults: { model: 'anthropic/claude-sonnet-4-5' } }
    const gateway = { mode: 'local', reload: { debounceMs: 50 } }
    stage = await ControlUiStage.start({ config: { gateway, agents, channels: { irc } } })
  })
  afterEach(() => stage.requireClean())
  afterAll(() => stage.dispose())

  it('says what needs somebody and how to mend it, and hears of more by itself', async () => {
    const { page } = await stage.openSignedIn('/overview')
    await page.getByText('There is no key for anthropic').waitFor()
    await page.getByText(/IRC \(default\) is not connected/).waitFor()
    await page.getByText('mayros configure --section model').waitFor()

    const headers = { origin: stage.origin, 'x-forwarded-for': '203.0.113.7' }
    const asking = stage.gateway.connect({ ...CONTROL_UI, device: temporaryDeviceIdentity() }, { headers })
    await expect(asking).rejects.toMatchObject({ code: 'pairing_required' })
    await page.getByText('A device waits to be let in.').waitFor()
    await page.getByRole('link', { name: 'Open devices' }).click()
    await page.waitForURL('**/devices')
    await page.getByRole('button', { name: 'Refuse' }).click()
    await page.goBack()
    await page.getByText('There is no key for anthropic').waitFor()
    await page.getByText('A device waits to be let in.').waitFor({ state: 'detached' })
  })

  it('a file that is not in force is told with the reason, until it is right again', async () => {
    const { page } = await stage.openSignedIn('/overview')
    await page.getByText('There is no key for anthropic').waitFor()
    const right = { gateway: { mode: 'local', auth: { token: stage.gateway.token } } }
    await stage.home.configure({ ...right, agents: { defaults: { model: 7 } } })
    await page.getByText(/The configuration on disk is not in force/).waitFor({ timeout: 30_000 })
    await stage.home.configure(right)
    await page.getByText('No model is configured, so the echo agent answers.').waitFor({ timeout: 30_000 })
  })

  it('shows figures and how they went', async () => {
    const { page } = await stage.openSignedIn('/overview')
    await page.getByRole('img', { name: /^Event-loop delay: now .* ms, at most/ }).waitFor()
    await page.getByRole('img', { name: /^Requests per second: now/ }).waitFor()
    await page.getByText('Running for').waitFor()
    await requireAccessible(page)
    await photograph(page, 'overview')
  })

  it('fits on a phone', async () => {
    const phone = await stage.newBrowser({ viewport: { width: 360, height: 740 } })
    const { page } = await stage.openSignedIn('/overview', phone)
    await page.getByRole('heading', { name: 'Latest sessions' }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await requireAccessible(page)
    await photograph(page, 'overview-phone')
  })
})
