import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../harness/until.js'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { KeyboardOnly } from './harness/keyboard-only.js'

const VIEWS = 'Overview Chat Sessions Channels Agents Config Devices Approvals Logs Debug'.split(' ')
const SESSION = 'agent:main:garden'
/** So much of a view is gone through; some hold hundreds of fields. */
const MOST_STOPS = 40

describe.skipIf(chromiumProgram === null)('the Control UI by keyboard alone', { timeout: 60_000 }, () => {
  let stage: ControlUiStage

  beforeAll(async () => {
    stage = await ControlUiStage.start()
    const client = await stage.gateway.connect()
    const asked = { sessionKey: SESSION, message: 'What is new in the garden?', idempotencyKey: 'garden' }
    await client.call('agent', asked, { expectFinal: true })
    await client.close()
  })
  afterEach(() => stage.requireClean())
  afterAll(() => stage.dispose())

  const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true, level: 1 })

  it('somebody signs in, skips the navigation, and goes to every view and through it', async () => {
    const { page } = await stage.open('/overview')
    const keyboard = new KeyboardOnly(page)
    await keyboard.waitFor('Gateway token')
    await keyboard.goTo('Use a password instead')
    await keyboard.goTo('Gateway token', 'Shift+Tab')
    await keyboard.type(stage.gateway.token)
    await keyboard.press('Enter')
    await page.getByRole('navigation', { name: 'Views' }).waitFor()
    await heading(page, 'Overview').waitFor()

    await keyboard.goTo('Skip to the content')
    expect(await keyboard.press('Enter')).toMatchObject({ tag: 'main' })
    expect(await keyboard.press('Tab')).toMatchObject({ isInMain: true })

    for (const title of VIEWS) {
      await keyboard.goTo(title, 'Shift+Tab')
      await keyboard.press('Enter')
      await page.waitForURL(`**/${title.toLowerCase()}`)
      await heading(page, title).waitFor({ state: 'attached' })
      if (title !== 'Overview')
        await until('the focus in the view', async () => (await keyboard.focused())?.tag === 'main')
      for (let stop = 0; stop < MOST_STOPS; stop++) {
        const focused = await keyboard.press('Tab')
        if (focused?.isInMain !== true) break
      }
    }
  })

  it('a session is found, opened and talked in; commands complete, an answer is stopped, a tool card opens', async () => {
    const { page } = await stage.openSignedIn('/sessions')
    const keyboard = new KeyboardOnly(page)
    await heading(page, 'Sessions').waitFor()
    await keyboard.goTo('Search sessions')
    await keyboard.type('garden')
    await page.waitForURL('**/sessions?search=garden')
    await keyboard.goTo('What is new in the garden?')
    await keyboard.press('Enter')
    await heading(page, 'What is new in the garden?').waitFor()
    await keyboard.goTo('Open chat')
    await keyboard.press('Enter')
    await page.waitForURL('**/chat/agent%3Amain%3Agarden')
    await page.getByRole('article', { name: 'Assistant' }).waitFor()

    await keyboard.goTo('Message')
    await keyboard.type('/wh')
    await page.getByRole('option', { name: '/whoami' }).waitFor()
    await keyboard.press('ArrowUp')
    await keyboard.press('ArrowDown')
    const field = page.getByLabel('Message', { exact: true })
    expect(await field.getAttribute('aria-activedescendant')).toBe('command-0')
    await keyboard.press('Escape')
    await page.getByRole('listbox').waitFor({ state: 'detached' })
    await keyboard.press('Control+a')
    await keyboard.type('/who')
    await keyboard.press('Tab')
    expect(await field.inputValue()).toBe('/whoami ')

    await keyboard.press('Control+a')
    await keyboard.type('/echo hang')
    await keyboard.press('Enter')
    await page.getByText('Working…').waitFor()
    await keyboard.goTo('Stop')
    await keyboard.press('Enter')
    await page.getByText('Working…').waitFor({ state: 'detached' })
    await keyboard.waitFor('Message')
    await keyboard.type('/echo hang')
    await keyboard.press('Enter')
    await page.getByText('Working…').waitFor()
    await keyboard.press('Escape')
    await page.getByText('Working…').waitFor({ state: 'detached' })

    await keyboard.goTo('New conversation', 'Shift+Tab')
    await keyboard.press('Enter')
    await page.waitForURL('**/chat/agent%3Amain%3Achat-*')
    await keyboard.waitFor('Message')
    await keyboard.type('/echo call read {"path":"AGENTS.md"}')
    await keyboard.press('Enter')
    await page.getByText('The answer is complete').waitFor({ state: 'attached' })
    await page.locator('[aria-busy]').waitFor({ state: 'detached' })
    const card = page.locator('details', { hasText: 'AGENTS.md' })
    await keyboard.goTo(/^read .*AGENTS\.md/, 'Shift+Tab')
    await keyboard.press('Enter')
    await card.getByText('Output').waitFor()
    await keyboard.press('Space')
    await card.getByText('Output').waitFor({ state: 'hidden' })

    await keyboard.goTo('Conversation', 'Shift+Tab')
    await keyboard.goTo(/^Thinking/, 'Shift+Tab')
    await keyboard.press('ArrowDown')
    await until('the level', async () => (await page.getByLabel('Thinking').inputValue()) === 'minimal')
  })

  it('a dialog keeps the focus inside and gives it back', async () => {
    const { page } = await stage.openSignedIn('/agents')
    const keyboard = new KeyboardOnly(page)
    await keyboard.goTo('New agent')
    await keyboard.press('Enter')
    await keyboard.waitFor('Name')
    for (let stop = 0; stop < 12; stop++) {
      const focused = await keyboard.press('Tab')
      if (focused !== null) expect(focused).toMatchObject({ isInDialog: true })
    }
    await keyboard.press('Escape')
    await keyboard.waitFor('New agent')

    await keyboard.press('Enter')
    await keyboard.waitFor('Name')
    await keyboard.type('Main')
    await keyboard.press('Enter')
    await page.locator('mayros-dialog[open]').getByText('reserved').waitFor()
    await keyboard.goTo('Dismiss')
    await keyboard.press('Enter')
    await page.locator('mayros-dialog[open]').getByText('reserved').waitFor({ state: 'detached' })
    await keyboard.goTo('Close', 'Shift+Tab')
    await keyboard.press('Enter')
    await keyboard.waitFor('New agent')
  })

  it('a question before something final waits on the harmless answer and gives the focus back', async () => {
    const { page } = await stage.openSignedIn(`/sessions/${SESSION}`)
    const keyboard = new KeyboardOnly(page)
    await heading(page, 'What is new in the garden?').waitFor()
    await keyboard.goTo('Delete')
    await keyboard.press('Enter')
    await keyboard.waitFor('Cancel')
    await keyboard.press('Enter')
    await keyboard.waitFor('Delete')
    await keyboard.press('Enter')
    await keyboard.waitFor('Cancel')
    await keyboard.goTo('Delete')
    await keyboard.press('Enter')
    await page.waitForURL('**/sessions')
  })

  it('the menu of a phone opens, closes with Escape, and leads to a view', async () => {
    const phone = await stage.newBrowser({ viewport: { width: 360, height: 740 } })
    const { page } = await stage.openSignedIn('/logs', phone)
    const keyboard = new KeyboardOnly(page)
    await heading(page, 'Logs').waitFor()
    await keyboard.goTo('Menu')
    await keyboard.press('Enter')
    await keyboard.goTo('Overview')
    await keyboard.press('Escape')
    await keyboard.waitFor('Menu')
    await keyboard.press('Enter')
    await keyboard.goTo('Devices')
    await keyboard.press('Enter')
    await heading(page, 'Devices').waitFor()
    await until('the focus in the view', async () => (await keyboard.focused())?.tag === 'main')
  })
})
