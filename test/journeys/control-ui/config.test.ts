import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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

  const onDisk = () => readFile(join(stage.home.stateDir, 'mayros.json'), 'utf8')

  it('is checked while it is typed, refused where it is wrong, and saved without a restart where none is needed', async () => {
    const { page } = await stage.openSignedIn('/config')
    const editor = page.getByLabel('Configuration (JSON5)')
    const text = await editor.inputValue()
    expect(text).not.toContain(stage.gateway.token)
    await requireAccessible(page)
    await photograph(page, 'config')
    const save = page.getByRole('button', { name: 'Save', exact: true })

    await editor.fill(`${text} oops`)
    await page.getByText(/This is no JSON5/).waitFor()
    expect(await save.isDisabled()).toBe(true)

    const changed = (more: string) => text.replace(/\}\s*$/, `, ${more} }`).replace(/,\s*,/, ',')
    await editor.fill(changed('messages: { queue: { cap: "many" } }'))
    await page.getByText(/This is no JSON5/).waitFor({ state: 'detached' })
    await save.click()
    await page.getByText('Nothing was written').waitFor()
    await requireAccessible(page)
    expect(await onDisk()).not.toContain('many')

    await editor.fill(changed('messages: { queue: { cap: 7 } }'))
    await save.click()
    await page.getByText('Saved and in force').waitFor()
    const written = await onDisk()
    expect(written).toContain('cap: 7')
    expect(written).toContain(stage.gateway.token)
  })

  it('asks before a change that restarts the gateway, and comes back after it', async () => {
    const { page } = await stage.openSignedIn('/config')
    const editor = page.getByLabel('Configuration (JSON5)')
    const text = await editor.inputValue()
    await editor.fill(text.replace(/\}\s*$/, ', env: { vars: { NEW: "yes" } } }').replace(/,\s*,/, ','))
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    const dialog = page.locator('mayros-dialog[open]')
    await dialog.getByText(/needs a restart/).waitFor()
    await photograph(page, 'config-restart')
    await dialog.getByRole('button', { name: 'Save and restart' }).click()
    await page.getByText('Saved; the gateway restarts').waitFor()
    await expect.poll(onDisk).toContain('NEW')
    await expect.poll(() => editor.inputValue(), { timeout: 20_000 }).toContain('NEW')
  })
})
