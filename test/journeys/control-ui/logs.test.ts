import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

describe.skipIf(chromiumProgram === null)('the log in the Control UI', { timeout: 60_000 }, () => {
  let stage: ControlUiStage

  beforeAll(async () => {
    stage = await ControlUiStage.start()
  })
  afterEach(() => stage.requireClean())
  afterAll(() => stage.dispose())

  /** Has the gateway write lines: somebody connects and calls. */
  async function wake(text: string): Promise<void> {
    const client = await stage.gateway.connect()
    await client.call('wake', { mode: 'next-heartbeat', text })
    await client.close()
  }

  it('shows what was written, and what comes meanwhile', async () => {
    const { page } = await stage.openSignedIn('/logs')
    await page.getByRole('region', { name: 'Log lines' }).getByText('ready in').first().waitFor()
    await page.getByText('Live').waitFor()
    const before = await page.getByRole('region').getByRole('listitem').count()
    await wake('something new')
    await expect
      .poll(() => page.getByRole('region').getByRole('listitem').count(), { timeout: 15_000 })
      .toBeGreaterThan(before)
    await requireAccessible(page)
    await photograph(page, 'logs')
  })

  it('filters by level and text, which stand in the address, and pauses', async () => {
    const { page } = await stage.openSignedIn('/logs?search=ready')
    await page.getByText('ready in').first().waitFor()
    for (const line of await page.getByRole('region').getByRole('listitem').allTextContents())
      expect(line.toLowerCase()).toContain('ready')
    await page.getByLabel('Level').selectOption('error')
    await page.getByRole('heading', { name: 'No lines' }).waitFor()
    expect(new URL(page.url()).search).toBe('?level=error&search=ready')
    await requireAccessible(page)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused').waitFor()
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('Live').waitFor()
  })
})
