import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { temporaryDeviceIdentity } from '../../../src/adapters/device-identity-file/file-device-identity.js'
import type { DeviceIdentity } from '../../../src/application/ports/gateway-client.js'
import { CONTROL_UI } from '../harness/seen-from.js'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

describe.skipIf(chromiumProgram === null)('devices in the Control UI', { timeout: 60_000 }, () => {
  let stage: ControlUiStage

  beforeAll(async () => {
    stage = await ControlUiStage.start()
  })
  afterEach(() => stage.requireClean())
  afterAll(() => stage.dispose())

  /** A browser that comes through a proxy, so that somebody has to let it in. */
  function knock(device: DeviceIdentity, displayName: string) {
    const headers = { origin: stage.origin, 'x-forwarded-for': '203.0.113.7' }
    const client = { ...CONTROL_UI.client, displayName }
    return stage.gateway.connect({ ...CONTROL_UI, client, device }, { headers })
  }

  it('a device that waits appears by itself and is let in or refused', async () => {
    const { page } = await stage.openSignedIn('/devices')
    await page.getByText('No device waits.').waitFor()
    await page.getByText('This browser').first().waitFor()
    await requireAccessible(page)
    const [tablet, stranger] = [temporaryDeviceIdentity(), temporaryDeviceIdentity()]
    await expect(knock(tablet, 'Tablet')).rejects.toMatchObject({ code: 'pairing_required' })
    const asking = page.locator('article', { has: page.getByRole('heading', { name: 'Tablet' }) })
    await asking.getByRole('button', { name: 'Let in' }).waitFor()
    await requireAccessible(page)
    await photograph(page, 'devices')
    await asking.getByRole('button', { name: 'Let in' }).click()
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Let in' }).click()
    await page.getByText('No device waits.').waitFor()
    await (await knock(tablet, 'Tablet')).close()

    await expect(knock(stranger, 'Stranger')).rejects.toMatchObject({ code: 'pairing_required' })
    await page.getByRole('button', { name: 'Refuse' }).click()
    await page.getByText('Stranger was refused').waitFor()
    await page.getByText('No device waits.').waitFor()
    await page.getByRole('heading', { name: 'Stranger' }).waitFor({ state: 'detached' })
  })

  it('a token is replaced, shown once, and taken back; a removed device has to ask again', async () => {
    const device = temporaryDeviceIdentity()
    const headers = { origin: stage.origin }
    const client = { ...CONTROL_UI.client, displayName: 'Laptop' }
    await (await stage.gateway.connect({ ...CONTROL_UI, client, device }, { headers })).close()
    const { page } = await stage.openSignedIn('/devices')
    const card = page.locator('mayros-device-card', { has: page.getByRole('heading', { name: 'Laptop' }) })

    await card.getByRole('button', { name: 'Replace token' }).click()
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Replace token' }).click()
    await page.getByRole('heading', { name: 'The new token' }).waitFor()
    await requireAccessible(page)
    const token = (await page.locator('mayros-devices-view pre').textContent()) ?? ''
    expect(token.length).toBeGreaterThan(40)
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByText(token).waitFor({ state: 'detached' })
    const withToken = { ...CONTROL_UI, client, device, token: '', deviceToken: token }
    await (await stage.gateway.connect(withToken, { headers })).close()

    await card.getByRole('button', { name: 'Take token back' }).click()
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Take token back' }).click()
    await card.getByText('taken back').waitFor()
    await expect(stage.gateway.connect(withToken, { headers })).rejects.toMatchObject({ code: 'unauthorized' })

    await card.getByRole('button', { name: 'Remove' }).click()
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Remove' }).click()
    await card.waitFor({ state: 'detached' })
  })

  it('fits on a phone', async () => {
    const phone = await stage.newBrowser({ viewport: { width: 360, height: 740 } })
    const { page } = await stage.openSignedIn('/devices', phone)
    await page.getByText('This browser').first().waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await requireAccessible(page)
    await photograph(page, 'devices-phone')
  })
})
