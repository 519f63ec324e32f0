import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

describe.skipIf(chromiumProgram === null)('the configuration in the Control UI', { timeout: 60_000 }, () => {
  let stage: ControlUiStage

  beforeAll(async () => {
    stage = await ControlUiStage.start()
  })
  afterEach(() => stage.requireClean())
  afterAll(() => stage.dispose())

  const file = () => join(stage.home.stateDir, 'mayros.json')
  const onDisk = () => readFile(file(), 'utf8')
  /** Whether the gateway runs on what the file says, which takes a restart now and then. */
  const isInForce = async () => {
    const client = await stage.gateway.connect().catch(() => null)
    if (client === null) return false
    const { config } = await client.call<{ readonly config: { readonly hash: string } }>('health', {})
    const { hash } = await client.call<{ readonly hash: string }>('config.get', {})
    await client.close()
    return config.hash === hash
  }
  const review = (page: Page) => page.getByRole('button', { name: 'Review and save' }).click()
  const dialog = (page: Page) => page.locator('mayros-review-dialog')

  it('a setting is found, changed and saved without a restart; remarks and secrets stay', async () => {
    const { page } = await stage.openSignedIn('/config')
    await page.getByRole('heading', { name: 'gateway' }).waitFor()
    await photograph(page, 'config')
    await requireAccessible(page)
    expect(await page.content()).not.toContain(stage.gateway.token)
    await writeFile(file(), `// a remark of mine\n${await onDisk()}`)
    await page.reload()

    await page.getByRole('searchbox', { name: 'Find a setting' }).fill('queue cap')
    const cap = page.getByLabel('cap', { exact: true })
    await cap.fill('many')
    await page.getByText('1 problem').first().waitFor()
    await photograph(page, 'config-wrong')
    await requireAccessible(page)
    await cap.fill('7')
    await page.getByText('1 problem').waitFor({ state: 'detached' })
    await review(page)
    await dialog(page).getByText('messages.queue.cap').waitFor()
    await dialog(page)
      .getByText(/at once/)
      .waitFor()
    await photograph(page, 'config-review')
    await requireAccessible(page)
    await dialog(page).getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved and in force').waitFor()
    const written = await onDisk()
    expect(written).toContain('"cap": 7')
    expect(written).toContain('// a remark of mine')
    expect(written).toContain(stage.gateway.token)
  })

  it('a change that needs a restart says so, and the page comes back after it', async () => {
    const { page } = await stage.openSignedIn('/config/form/discovery')
    await page.locator('summary', { hasText: 'mdns' }).click()
    await page.getByLabel('mode', { exact: true }).selectOption('full')
    await page.getByText('1 change', { exact: true }).waitFor()
    await review(page)
    await dialog(page)
      .getByText(/Restarts, because of discovery.mdns.mode/)
      .waitFor()
    await photograph(page, 'config-restart')
    await dialog(page).getByRole('button', { name: 'Save and restart' }).click()
    await page.getByText('Saved; the gateway restarts').waitFor()
    await expect.poll(onDisk).toContain('full')
    await expect.poll(isInForce, { timeout: 20_000 }).toBe(true)
    await expect.poll(() => page.getByLabel('mode', { exact: true }).inputValue(), { timeout: 20_000 }).toBe('"full"')
  })

  it('lists, maps and secrets are built up; a secret is never shown again', async () => {
    const { page } = await stage.openSignedIn('/config/form/agents')
    await page.locator('summary', { hasText: 'list' }).click()
    await page.getByRole('button', { name: 'Add to list' }).click()
    await page.locator('summary', { hasText: '#1' }).click()
    await page.getByLabel('id', { exact: true }).fill('ops')
    await page.getByRole('link', { name: 'models', exact: true }).click()
    await page.locator('summary', { hasText: 'providers' }).click()
    await page.getByLabel('Name of the new entry').fill('house')
    await page.getByRole('button', { name: 'Add to providers' }).click()
    await page.locator('summary', { hasText: 'house' }).click()
    await page.getByLabel('baseUrl').fill('http://127.0.0.1:9/v1')
    await page.getByLabel('apiKey', { exact: true }).fill('a-key-for-the-house')
    await photograph(page, 'config-entries')
    await requireAccessible(page)
    await review(page)
    await dialog(page).getByText('agents.list').waitFor()
    expect(await page.content()).not.toContain('a-key-for-the-house')
    await dialog(page).getByRole('button', { name: /^Save/ }).click()
    await page.getByText(/^Saved/).waitFor()
    const written = await onDisk()
    expect(written).toContain('a-key-for-the-house')
    expect(written).toContain('"id": "ops"')
  })

  it('the text is checked while it is typed, refused where it is wrong, and shown line by line before it is saved', async () => {
    const { page } = await stage.openSignedIn('/config/text')
    const editor = page.getByLabel('Configuration (JSON5)')
    const text = await editor.inputValue()
    expect(text).not.toContain(stage.gateway.token)
    expect(text).not.toContain('a-key-for-the-house')
    await requireAccessible(page)
    await photograph(page, 'config-text')
    const save = page.getByRole('button', { name: 'Review and save' })

    await editor.fill(`${text} oops`)
    await page.getByText(/This is no JSON5/).waitFor()
    expect(await save.isDisabled()).toBe(true)

    await editor.fill(text.replace('"cap": 7', '"cap": "many"'))
    await page.getByText(/messages.queue.cap/).waitFor()
    await page.getByText(/line \d+, column/).waitFor()
    await requireAccessible(page)

    await editor.fill(text.replace('"cap": 7', '"cap": 9'))
    await page.getByText('This can be saved').waitFor()
    await save.click()
    await dialog(page).getByText('Difference of the text').click()
    await dialog(page).locator('.added', { hasText: '"cap": 9' }).waitFor()
    await photograph(page, 'config-difference')
    await requireAccessible(page)
    await dialog(page).getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved and in force').waitFor()
    expect(await onDisk()).toContain('"cap": 9')
  })

  it('what somebody else changed meanwhile is not overwritten; the changes can be carried over', async () => {
    const { page } = await stage.openSignedIn('/config/form/cron')
    await page.getByLabel('enabled', { exact: true }).selectOption('false')
    await page.getByText('1 change', { exact: true }).waitFor()
    const client = await stage.gateway.connect()
    const { hash } = await client.call<{ readonly hash: string }>('config.get', {})
    await client.call('config.edit', { edits: [{ path: ['ui', 'assistant', 'name'], value: 'Nora' }], baseHash: hash })
    await client.close()
    await page.getByText(/The file was changed meanwhile/).waitFor()
    await page.getByRole('button', { name: 'Carry my changes over' }).click()
    await review(page)
    await dialog(page).getByText('cron.enabled').waitFor()
    await dialog(page).getByRole('button', { name: /^Save/ }).click()
    await page.getByText(/^Saved/).waitFor()
    expect(await onDisk()).toContain('Nora')
    expect(await onDisk()).toMatch(/"enabled": false/)
  })

  it('an earlier state is compared and brought back, also where the file of now is broken', async () => {
    const { page } = await stage.openSignedIn('/config/history')
    await page.getByText('cron.enabled').waitFor()
    await photograph(page, 'config-history')
    await requireAccessible(page)
    const before = await onDisk()
    await writeFile(file(), before.replace('"cap": 9', '"cap": "many"'))
    await page.goto(`${stage.origin}/config`)
    await page.getByText('The file on disk has problems').waitFor()
    await photograph(page, 'config-broken')
    await requireAccessible(page)
    await page.getByRole('link', { name: 'Go back to an earlier state' }).click()
    await page
      .getByRole('link', { name: /^Compare/ })
      .first()
      .click()
    await page.getByRole('button', { name: /^Bring it back/ }).click()
    await page.getByText(/^Saved|^Nothing changed/).waitFor()
    expect(await onDisk()).toContain('"cap": 9')
  })

  it('fits on a phone', async () => {
    const phone = await stage.newBrowser({ viewport: { width: 360, height: 740 } })
    const { page } = await stage.openSignedIn('/config/form/gateway', phone)
    await page.locator('summary', { hasText: 'auth' }).first().click()
    await page
      .getByLabel('maxAttempts')
      .or(page.locator('summary', { hasText: 'rateLimit' }))
      .first()
      .waitFor()
    await page.getByLabel('port', { exact: true }).fill('18790')
    await page.getByText('1 change', { exact: true }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await photograph(page, 'config-phone')
    await review(page)
    await dialog(page).getByText('gateway.port').first().waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await photograph(page, 'config-review-phone')
    await requireAccessible(page)
  })
})
