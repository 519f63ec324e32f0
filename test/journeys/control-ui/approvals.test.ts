import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

describe.skipIf(chromiumProgram === null)('approvals in the Control UI', { timeout: 60_000 }, () => {
  let stage: ControlUiStage

  beforeAll(async () => {
    stage = await ControlUiStage.start()
  })
  afterEach(() => stage.requireClean())
  afterAll(() => stage.dispose())

  it('a command that waits appears by itself and is allowed once, always, or denied', async () => {
    const { page } = await stage.openSignedIn('/approvals')
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor()
    await requireAccessible(page)
    await photograph(page, 'approvals-empty')
    const client = await stage.gateway.connect()
    for (const [index, button] of ['Allow once', 'Always allow', 'Deny'].entries()) {
      const command = `make target-${index}`
      const asked = client.call<{ decision: string }>('exec.approval.request', {
        command,
        cwd: '/srv',
        agentId: 'main',
      })
      const card = page.locator('article', { hasText: command })
      await card.getByRole('button', { name: button }).waitFor()
      if (index === 0) {
        await requireAccessible(page)
        await photograph(page, 'approvals')
      }
      await card.getByRole('button', { name: button }).click()
      if (index === 1) await page.locator('mayros-dialog[open]').getByRole('button', { name: button }).click()
      expect((await asked).decision).toBe(['allow-once', 'allow-always', 'deny'][index])
      await card.waitFor({ state: 'detached' })
    }
    await client.close()
  })
})
