import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { GatewayClient } from '../../../src/application/ports/gateway-client.js'
import { until } from '../harness/until.js'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

describe.skipIf(chromiumProgram === null)('sessions in the Control UI', { timeout: 60_000 }, () => {
  let stage: ControlUiStage
  let client: GatewayClient

  beforeAll(async () => {
    stage = await ControlUiStage.start()
    client = await stage.gateway.connect()
    for (const name of ['garden', 'kitchen', 'cellar', 'attic']) {
      await say(`agent:main:${name}`, `What is new in the ${name}?`, name)
    }
  })
  afterEach(() => stage.requireClean())
  afterAll(() => stage.dispose())

  async function say(sessionKey: string, message: string, idempotencyKey: string): Promise<void> {
    await client.call('agent', { sessionKey, message, idempotencyKey }, { expectFinal: true })
  }

  const link = (page: Page, name: string) =>
    page.locator('mayros-session-list').getByRole('link', { name, exact: true })

  it('the list is narrowed by a search that stands in the address, and the back button comes back to it', async () => {
    const { page } = await stage.openSignedIn('/sessions')
    await link(page, 'What is new in the garden?').waitFor()
    await requireAccessible(page)
    await photograph(page, 'sessions')

    await page.getByLabel('Search sessions').fill('kitch')
    await link(page, 'What is new in the garden?').waitFor({ state: 'detached' })
    await page.waitForURL('**/sessions?search=kitch')
    await link(page, 'What is new in the kitchen?').click()
    await page.waitForURL('**/sessions/agent%3Amain%3Akitchen')
    await page.getByRole('heading', { name: 'What is new in the kitchen?' }).waitFor()
    await page.goBack()
    await link(page, 'What is new in the kitchen?').waitFor()
    expect(await page.getByLabel('Search sessions').inputValue()).toBe('kitch')

    await page.getByLabel('Search sessions').fill('nobody has ever said this')
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
    await requireAccessible(page)
    await page.getByRole('link', { name: 'Clear search and filters' }).click()
    await link(page, 'What is new in the garden?').waitFor()
    await page.getByLabel('Kind').selectOption('Groups')
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
  })

  it('a new session appears by itself', async () => {
    const { page } = await stage.openSignedIn('/sessions')
    await link(page, 'What is new in the garden?').waitFor()
    await say('agent:main:roof', 'What is new on the roof?', 'roof')
    await link(page, 'What is new on the roof?').waitFor()
  })

  it('a session is renamed and told how to answer, and shows what it took', async () => {
    const { page } = await stage.openSignedIn('/sessions/agent%3Amain%3Agarden')
    await page.getByRole('heading', { name: 'What is new in the garden?' }).waitFor()
    await page.getByLabel('Name').fill('Roses')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Roses' }).waitFor()
    await page.getByLabel('Thinking').selectOption('High')
    const row = () => rowOf('agent:main:garden')
    await until('the thinking level', async () => (await row())?.thinkingLevel === 'high')
    await until('the choice to be taken', () => page.getByLabel('Thinking').isEnabled())
    await page.getByLabel('Thinking').selectOption('As configured')
    await until('no thinking level', async () => (await row())?.thinkingLevel === undefined)
    await page.getByRole('cell', { name: 'echo/echo' }).waitFor()
    await requireAccessible(page)
    await photograph(page, 'session')

    await page.goto(`${stage.origin}/sessions/agent%3Amain%3Akitchen`)
    await page.getByLabel('Name').fill('Roses')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('label already in use').waitFor()
  })

  it('a conversation is exported whole', async () => {
    const { page } = await stage.openSignedIn('/sessions/agent%3Amain%3Aattic')
    const [markdown] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Markdown' }).click(),
    ])
    expect(markdown.suggestedFilename()).toMatch(/^agent-main-attic-.*\.md$/)
    const text = await readFile(await markdown.path(), 'utf8')
    expect(text).toContain('What is new in the attic?')
    expect(text).toContain('## Assistant')

    const [json] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'JSON' }).click(),
    ])
    const exported = JSON.parse(await readFile(await json.path(), 'utf8'))
    expect(exported.session.key).toBe('agent:main:attic')
    expect(exported.messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant'])
  })

  it('a reset puts the conversation aside, where it can still be read; a deletion takes it from the list', async () => {
    const { page } = await stage.openSignedIn('/sessions/agent%3Amain%3Acellar')
    await page.getByRole('button', { name: 'Reset' }).click()
    await requireAccessible(page)
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Cancel' }).click()
    expect(await page.getByText('Put aside', { exact: true }).count()).toBe(0)
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('heading', { name: 'Put aside' }).waitFor()
    await page.locator('mayros-session-archives summary').click()
    await page.getByText('What is new in the cellar?').first().waitFor()
    await requireAccessible(page)

    await page.getByRole('button', { name: 'Delete' }).click()
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL('**/sessions')
    await link(page, 'What is new in the attic?').waitFor()
    expect(await rowOf('agent:main:cellar')).toBeUndefined()

    await page.goto(`${stage.origin}/sessions/agent%3Amain%3Acellar`)
    await page.getByRole('heading', { name: 'There is no such session' }).waitFor()
    await page.getByRole('heading', { name: 'Put aside' }).waitFor()
    await requireAccessible(page)
  })

  it('fits on a phone', async () => {
    const { page } = await stage.openSignedIn(
      '/sessions',
      await stage.newBrowser({ viewport: { width: 360, height: 740 } }),
    )
    await link(page, 'What is new in the attic?').waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await requireAccessible(page)
    await photograph(page, 'sessions-phone')
  })

  interface Row {
    readonly key: string
    readonly thinkingLevel?: string
  }

  async function rowOf(key: string): Promise<Row | undefined> {
    const { sessions } = await client.call<{ readonly sessions: readonly Row[] }>('sessions.list', {})
    return sessions.find((row) => row.key === key)
  }
})
