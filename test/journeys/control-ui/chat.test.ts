import { Buffer } from 'node:buffer'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../harness/until.js'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { longSession } from './harness/long-session.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

/** A picture of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const LONG = 'agent:main:long'
const MANY = 5_000

/** Runs in the page: whether the list shows a message that is not only room for one. */
function isAnythingInSight(list: any): boolean {
  const { top, bottom } = list.getBoundingClientRect()
  return [...list.querySelectorAll('article')].some((article: any) => {
    const place = article.getBoundingClientRect()
    return place.bottom > top && place.top < bottom
  })
}

describe.skipIf(chromiumProgram === null)('chatting in the Control UI', { timeout: 60_000 }, () => {
  let stage: ControlUiStage

  beforeAll(async () => {
    stage = await ControlUiStage.start({ prepare: (home) => longSession(home, LONG, MANY) })
  })
  afterEach(() => stage.requireClean())
  afterAll(() => stage.dispose())

  const field = (page: Page) => page.getByLabel('Message', { exact: true })
  const answers = (page: Page) => page.getByRole('article', { name: 'Assistant' })
  const questions = (page: Page) => page.getByRole('article', { name: 'You' })

  async function say(page: Page, text: string): Promise<void> {
    await field(page).fill(text)
    await field(page).press('Enter')
  }

  it('an answer is streamed as safe markdown, with code to copy', async () => {
    const { page } = await stage.openSignedIn('/chat/agent:main:markdown')
    await page.getByRole('heading', { name: 'Nothing has been said here yet' }).waitFor()
    await requireAccessible(page)
    await photograph(page, 'chat-empty')
    await say(
      page,
      '**bold** and <img src=x onerror=alert(1)> <b style="color:red">tag</b> ![p](https://elsewhere.example/p.png) [go](javascript:alert(1))\n\n```js\nrun(1)\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |',
    )
    await questions(page).getByText('**bold** and <img').waitFor()
    await answers(page).getByText('echo', { exact: false }).first().waitFor()
    await answers(page).locator('strong', { hasText: 'bold' }).waitFor()
    expect(await answers(page).locator('img').count()).toBe(0)
    expect(await answers(page).locator('a[href^="javascript"]').count()).toBe(0)
    expect(await answers(page).getByText('<b style="color:red">').count()).toBe(1)
    await answers(page).getByRole('button', { name: 'Copy code' }).waitFor()
    await page.getByText('The answer is complete').waitFor({ state: 'attached' })
    expect(await questions(page).count()).toBe(1)
    await requireAccessible(page)
    await photograph(page, 'chat')

    await page.reload()
    await answers(page).locator('strong', { hasText: 'bold' }).waitFor()
    expect(await questions(page).count()).toBe(1)
  })

  it('a tool is a card that opens, a failure is told, and a run can be stopped', async () => {
    const { page } = await stage.openSignedIn('/chat/agent:main:tools')
    await say(page, '/echo call read {"path":"AGENTS.md"}')
    const card = answers(page).locator('details', { hasText: 'AGENTS.md' })
    await page.getByText('The answer is complete').waitFor({ state: 'attached' })
    await card.locator('summary').click()
    await card.getByText('Output').waitFor()
    await requireAccessible(page)
    await photograph(page, 'chat-tool')

    await say(page, '/echo fail rate_limit that was it')
    await answers(page).locator('.notice.danger').first().waitFor()

    await say(page, '/echo hang')
    await page.getByText('Working…').waitFor()
    await say(page, 'and then')
    await page.getByText('Waits for its turn').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Working…').waitFor({ state: 'detached' })
  })

  it('pictures are chosen and pasted, shown before they go, and arrive', async () => {
    const { page } = await stage.openSignedIn('/chat/agent:main:pictures')
    await field(page).waitFor()
    await page.locator('input[type=file]').setInputFiles({ name: 'pixel.png', mimeType: 'image/png', buffer: PIXEL })
    await page.getByRole('img', { name: 'pixel.png' }).waitFor()
    await requireAccessible(page)
    await field(page).evaluate((element, base64) => {
      // Runs in the page.
      const { DataTransfer, File, ClipboardEvent, atob } = globalThis as unknown as Record<string, any>
      const transfer = new DataTransfer()
      const bytes = Uint8Array.from(atob(base64), (sign: string) => sign.charCodeAt(0))
      transfer.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }))
      const paste = { clipboardData: transfer, bubbles: true, composed: true, cancelable: true }
      ;(element as any).dispatchEvent(new ClipboardEvent('paste', paste))
    }, PIXEL.toString('base64'))
    await page.getByRole('img', { name: 'pasted.png' }).waitFor()
    await page.getByRole('button', { name: 'Remove pasted.png' }).click()
    await say(page, 'look')
    await answers(page).getByText('echo', { exact: false }).first().waitFor()
    await page.reload()
    const shown = questions(page).getByRole('img', { name: /^Picture \(png/ })
    await shown.waitFor()
    expect(await shown.evaluate((image: any) => image.naturalWidth)).toBe(1)
  })

  it('pictures are dropped anywhere on the conversation, and nothing but pictures', async () => {
    const { page } = await stage.openSignedIn('/chat/agent:main:dropped')
    await page.getByRole('heading', { name: 'Nothing has been said here yet' }).waitFor()
    const [picture, text] = [join(stage.home.path, 'dropped.png'), join(stage.home.path, 'notes.txt')]
    await writeFile(picture, PIXEL)
    await writeFile(text, 'words')
    const devtools = await page.context().newCDPSession(page)
    const data = { items: [], files: [picture, text], dragOperationsMask: 1 }
    const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
      devtools.send('Input.dispatchDragEvent', { type, x: 700, y: 300, data })
    await drag('dragEnter')
    await drag('dragOver')
    await page.locator('.box.dropping').waitFor()
    await photograph(page, 'chat-dropping')
    await drag('drop')
    await page.getByRole('img', { name: 'dropped.png' }).waitFor()
    await page.getByText('notes.txt').waitFor()
    expect(await page.locator('.box.dropping').count()).toBe(0)
    await say(page, 'look')
    await questions(page).getByRole('img').waitFor()
    expect(new URL(page.url()).pathname).toBe('/chat/agent:main:dropped')
  })

  it('commands complete as they are typed, and their answers are shown', async () => {
    const { page } = await stage.openSignedIn('/chat/agent:main:commands')
    await field(page).fill('/wh')
    const option = page.getByRole('option', { name: '/whoami' })
    await option.waitFor()
    await requireAccessible(page)
    await photograph(page, 'chat-commands')
    await field(page).press('Tab')
    expect(await field(page).inputValue()).toBe('/whoami ')
    await field(page).press('Enter')
    await answers(page).first().waitFor()
    await questions(page).getByText('/whoami').waitFor()
  })

  it('a draft is kept, for its session only', async () => {
    const { page } = await stage.openSignedIn('/chat/agent:main:draft')
    await field(page).fill('not yet')
    await page.getByRole('link', { name: 'Logs' }).click()
    await page.waitForURL('**/logs')
    await page.goBack()
    expect(await field(page).inputValue()).toBe('not yet')
    await page.getByRole('button', { name: 'New conversation' }).click()
    await page.waitForURL('**/chat/agent%3Amain%3Achat-*')
    await page.getByRole('heading', { name: 'Nothing has been said here yet' }).waitFor()
    expect(await field(page).inputValue()).toBe('')
  })

  it('two tabs on one session see the same', async () => {
    const browser = await stage.newBrowser()
    const one = await stage.openSignedIn('/chat/agent:main:shared', browser)
    const two = await stage.open('/chat/agent:main:shared', browser)
    await field(two.page).waitFor()
    await say(one.page, 'heard by both')
    for (const { page } of [one, two]) await answers(page).getByText('heard by both').first().waitFor()
    await questions(two.page).getByText('heard by both').waitFor()
  })

  it('model and thinking are chosen for the session', async () => {
    const { page } = await stage.openSignedIn('/chat/agent:main:settings')
    await page.getByLabel('Thinking').selectOption('high')
    await page.reload()
    await until('the level', async () => (await page.getByLabel('Thinking').inputValue()) === 'high')
  })

  it(`${MANY} messages: the newest are there at once, any other is one movement away, few are built`, async () => {
    const { page } = await stage.openSignedIn(`/chat/${LONG}`)
    await page.getByText(`message ${MANY - 1}`, { exact: true }).waitFor()
    expect(await page.getByRole('article').count()).toBeLessThan(200)
    const list = page.getByRole('log')
    await list.focus()
    await page.keyboard.press('Home')
    await page.getByText('message 1', { exact: true }).waitFor()
    await requireAccessible(page)
    await page.getByRole('button', { name: 'Go to the newest message' }).click()
    await page.getByText(`message ${MANY - 1}`, { exact: true }).waitFor()
    for (const part of [0.25, 0.5, 0.75]) {
      await list.evaluate((element: any, share) => {
        element.scrollTop = element.scrollHeight * share
      }, part)
      await until('messages where the list was moved to', () => list.evaluate(isAnythingInSight))
      expect(await page.getByRole('article').count()).toBeLessThan(300)
    }
  })

  it('fits a phone', async () => {
    const { page } = await stage.openSignedIn(
      '/chat/agent:main:markdown',
      await stage.newBrowser({ viewport: { width: 360, height: 700 } }),
    )
    await field(page).waitFor()
    await answers(page).first().waitFor()
    await requireAccessible(page)
    await photograph(page, 'chat-phone')
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(360)
  })
})
