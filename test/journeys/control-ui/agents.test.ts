import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../harness/until.js'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

describe.skipIf(chromiumProgram === null)('agents in the Control UI', { timeout: 60_000 }, () => {
  let stage: ControlUiStage

  beforeAll(async () => {
    stage = await ControlUiStage.start()
  })
  afterEach(() => stage.requireClean())
  afterAll(() => stage.dispose())

  it('an agent is made, changed and deleted', async () => {
    const { page } = await stage.openSignedIn('/agents')
    await page.getByRole('heading', { name: 'main', exact: true }).waitFor()
    await page.getByRole('button', { name: 'New agent' }).click()
    await page.getByLabel('Name').fill('Garden Helper')
    const workspace = await page.getByLabel('Workspace').inputValue()
    expect(workspace).toMatch(/-garden-helper$/)
    await page.getByLabel('Emoji').fill('🌱')
    await requireAccessible(page)
    await photograph(page, 'agent-create')
    await page.getByRole('button', { name: 'Create' }).click()

    await page.waitForURL('**/agents/garden-helper')
    await page.getByRole('heading', { name: 'Garden Helper' }).waitFor()
    expect(existsSync(join(workspace, 'AGENTS.md'))).toBe(true)
    await requireAccessible(page)
    await photograph(page, 'agent')
    await page.getByLabel('Name').fill('Gardener')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Gardener' }).waitFor()
    expect(readFileSync(stage.home.configPath, 'utf8')).toContain('Gardener')

    const models = page.getByLabel('Model')
    const [model = ''] = await models.selectOption({ index: 1 })
    await page.getByRole('button', { name: 'Save' }).click()
    await until('the model', async () => readFileSync(stage.home.configPath, 'utf8').includes(model))
    await models.selectOption({ label: 'The one of all agents' })
    await page.getByRole('button', { name: 'Save' }).click()
    await until('no model', async () => !readFileSync(stage.home.configPath, 'utf8').includes(model))
    await page.reload()
    await page.getByRole('heading', { name: 'Gardener' }).waitFor()
    expect(await models.inputValue()).toBe('')

    await page.getByRole('button', { name: 'Save' }).click()
    const word = page.locator('mayros-toasts').getByText('Nothing was changed')
    const said = await word.boundingBox()
    const view = await page.locator('main').boundingBox()
    expect((view?.y ?? 0) + (view?.height ?? 0)).toBeLessThanOrEqual(said?.y ?? 0)
    await photograph(page, 'agent-said')
    while ((await page.getByRole('button', { name: 'Dismiss' }).count()) > 0) {
      await page.getByRole('button', { name: 'Dismiss' }).first().click()
    }
    expect(await word.count()).toBe(0)

    await page.getByRole('link', { name: '← All agents' }).click()
    await page.getByRole('link', { name: 'Gardener', exact: true }).waitFor()
    await requireAccessible(page)
    await photograph(page, 'agents')
    await page.getByRole('link', { name: 'Gardener', exact: true }).click()
    await page.getByRole('button', { name: 'Delete agent' }).click()
    await requireAccessible(page)
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Delete agent' }).click()
    await page.waitForURL('**/agents')
    await page.getByRole('heading', { name: 'main', exact: true }).waitFor()
    expect(await page.getByRole('link', { name: 'Gardener', exact: true }).count()).toBe(0)
  })

  it('a file is edited: what is not saved stays, and what another one wrote is not lost unasked', async () => {
    const { page } = await stage.openSignedIn('/agents/main/files/SOUL.md')
    const text = page.getByLabel('Text of SOUL.md')
    await text.fill('Be kind.')
    await page.getByText('Not saved').waitFor()
    await requireAccessible(page)
    await photograph(page, 'agent-file')
    await page.getByRole('link', { name: 'USER.md' }).click()
    await page.getByLabel('Text of USER.md').waitFor()
    await page.goBack()
    expect(await text.inputValue()).toBe('Be kind.')
    await text.press('Control+s')
    await page.getByText('SOUL.md saved').waitFor()
    await page.getByText('Not saved').waitFor({ state: 'detached' })
    const path = join(stage.home.stateDir, 'workspace', 'SOUL.md')
    expect(readFileSync(path, 'utf8')).toBe('Be kind.')

    await text.fill('Be brief.')
    writeFileSync(path, 'Be both.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('mayros-dialog[open]').getByText('changed by somebody else').waitFor()
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Cancel' }).click()
    expect(readFileSync(path, 'utf8')).toBe('Be both.')
    await page.getByRole('button', { name: 'Discard changes' }).click()
    await page.getByText('Not saved').waitFor({ state: 'detached' })
    await until('the text of the other one', async () => (await text.inputValue()) === 'Be both.')
  })

  it('tools are told with the reason why they are offered or not', async () => {
    const { page } = await stage.openSignedIn('/agents/main/tools')
    await page.getByRole('heading', { name: 'read', exact: true }).waitFor()
    await requireAccessible(page)
    await photograph(page, 'agent-tools')
    await page.getByLabel('Find a tool').fill('sessions_send')
    await page.getByRole('heading', { name: 'read', exact: true }).waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'sessions_send' }).waitFor()
  })

  it('an agent that is not there is said so', async () => {
    const { page } = await stage.openSignedIn('/agents/nobody')
    await page.getByRole('heading', { name: 'There is no such agent' }).waitFor()
    await requireAccessible(page)
  })

  it('fits on a phone', async () => {
    const phone = await stage.newBrowser({ viewport: { width: 360, height: 740 } })
    const { page } = await stage.openSignedIn('/agents/main/files/AGENTS.md', phone)
    await page.getByLabel('Text of AGENTS.md').waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await requireAccessible(page)
    await photograph(page, 'agent-phone')
  })
})
