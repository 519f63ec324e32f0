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
        host: 'gateway',
        security: 'allowlist',
        ask: 'on-miss',
        resolvedPath: '/usr/bin/make',
        sessionKey: 'agent:main:main',
      })
      const card = page.locator('article', { hasText: command })
      await card.getByRole('button', { name: button }).waitFor()
      if (index === 0) {
        for (const known of ['/srv', '/usr/bin/make', 'On the gateway', 'security allowlist, ask on-miss']) {
          await card.getByText(known, { exact: true }).waitFor()
        }
        expect(await card.getByRole('link', { name: 'agent:main:main' }).getAttribute('href')).toBe(
          '/chat/agent%3Amain%3Amain',
        )
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

  it('what hides in a command is spelled out', async () => {
    const { page } = await stage.openSignedIn('/approvals')
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor()
    const client = await stage.gateway.connect()
    const asked = client.call('exec.approval.request', { command: 'echo safe\nrm \u202e-rf x\r' })
    const card = page.locator('article')
    expect(await card.locator('pre').textContent()).toBe('echo safe\nrm \\u202e-rf x\\r')
    await card.getByRole('button', { name: 'Deny' }).press('Enter')
    await asked
    await client.close()
  })

  it('the last minute is counted by the second, and a command that nobody decided about goes away', async () => {
    const { page } = await stage.openSignedIn('/approvals')
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor()
    const client = await stage.gateway.connect()
    const asked = client.call<{ decision: string | null }>('exec.approval.request', { command: 'ls', timeoutMs: 2500 })
    await page.getByText('2 s left').waitFor()
    await page.getByText('1 s left').waitFor()
    expect((await asked).decision).toBe(null)
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor()
    await client.close()
  })

  it('a browser that may not decide is told which scope it lacks', async () => {
    const browser = await stage.newBrowser()
    await browser.routeWebSocket(/.*/, (socket) => {
      const gateway = socket.connectToServer()
      gateway.onMessage((text) => socket.send(withScopes(String(text), ['operator.read'])))
    })
    const { page } = await stage.openSignedIn('/approvals', browser)
    await page.getByText('lacks the scope operator.approvals').waitFor()
    expect(await page.getByRole('button', { name: 'Allow once' }).count()).toBe(0)
    await requireAccessible(page)
    await photograph(page, 'approvals-forbidden')
  })
})

/** The greeting as a gateway sends it that grants less. */
function withScopes(text: string, scopes: readonly string[]): string {
  const frame = JSON.parse(text) as { payload?: { auth?: object } }
  const auth = frame.payload?.auth
  if (auth === undefined) return text
  return JSON.stringify({ ...frame, payload: { ...frame.payload, auth: { ...auth, scopes } } })
}
