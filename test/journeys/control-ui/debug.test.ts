import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

describe.skipIf(chromiumProgram === null)('calls by hand in the Control UI', { timeout: 60_000 }, () => {
  let stage: ControlUiStage

  beforeAll(async () => {
    stage = await ControlUiStage.start()
  })
  afterEach(() => stage.requireClean())
  afterAll(() => stage.dispose())

  it('shows answers and refusals, and asks before what may change something', async () => {
    const { page } = await stage.openSignedIn('/debug/agents.list')
    await page.getByRole('button', { name: 'Call' }).click()
    const answer = page.getByRole('article', { name: 'agents.list' })
    await answer.getByText('Answered').waitFor()
    expect(await answer.locator('pre').textContent()).toContain('"defaultId": "main"')
    await requireAccessible(page)
    await photograph(page, 'debug')

    await page.getByLabel('Method').fill('sessions.reset')
    await page.getByLabel('Method').press('Tab')
    await page.getByText('Needs operator.admin').waitFor()
    await page.getByRole('button', { name: 'As JSON' }).click()
    await page.getByLabel('Parameters').fill('[1]')
    await page.getByRole('button', { name: 'Call' }).click()
    await page.getByText('an object { … } is expected').waitFor()
    await page.getByLabel('Parameters').fill('{"nothing": true}')
    await page.getByRole('button', { name: 'Call' }).click()
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Call' }).click()
    const refused = page.getByRole('article', { name: 'sessions.reset' })
    await refused.getByText('INVALID_REQUEST').waitFor()
    expect(new URL(page.url()).pathname).toBe('/debug/sessions.reset')
  })

  it('makes fields of what a method takes, and each call one of its own', async () => {
    const { page } = await stage.openSignedIn('/debug/chat.send')
    const key = page.getByLabel('idempotencyKey', { exact: true })
    const first = await key.inputValue()
    expect(first).toMatch(/^[0-9a-f]{32}$/)
    await page.getByLabel('sessionKey', { exact: true }).fill('main')
    await page.getByLabel('message', { exact: true }).fill('12')
    await requireAccessible(page)
    await photograph(page, 'debug-form')
    await page.getByRole('button', { name: 'As JSON' }).click()
    expect(JSON.parse(await page.getByLabel('Parameters').inputValue())).toEqual({
      sessionKey: 'main',
      message: '12',
      idempotencyKey: first,
    })
    await page.getByRole('button', { name: 'As JSON' }).click()
    await page.getByRole('button', { name: 'Call' }).click()
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Call' }).click()
    const answer = page.getByRole('article', { name: 'chat.send' })
    await answer.getByText('Answered').waitFor()
    expect(await answer.locator('pre').textContent()).toContain(first)
    await expect.poll(() => key.inputValue()).not.toBe(first)
  })

  it('says where it knows nothing of a method', async () => {
    const { page } = await stage.openSignedIn('/debug/chat.sing')
    await page.getByText('The gateway knows no method of this name.').waitFor()
  })
})
