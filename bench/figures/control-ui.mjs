import { existsSync } from 'node:fs'
import { startGateway } from '../processes.mjs'

const PROGRAMS = [process.env.MAYROS_TEST_CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser']
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking']
const LOADS = 15
const SESSION = 'agent:main:bench'

/** Runs in every page: notes the frame in which what is waited for can be seen. */
const WATCH = `(() => {
  const inside = (root, name) => root?.shadowRoot?.querySelector(name)
  const marks = {
    overview: () => inside(inside(document.querySelector('mayros-app'), 'mayros-overview-view'), 'h1'),
    chat: () => inside(inside(inside(document.querySelector('mayros-app'), 'mayros-chat-view'), 'mayros-message-list'), 'article'),
    login: () => inside(inside(document.querySelector('mayros-app'), 'mayros-door'), 'mayros-credentials-form')?.shadowRoot?.querySelector('input'),
  }
  const look = () => {
    for (const [name, found] of Object.entries(marks)) if (found()) return console.info('seen ' + name + ' ' + performance.now())
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})()`

/** From the beginning of the navigation to the frame that shows it: the page in a browser that was here before. */
export const controlUi = {
  name: 'control-ui',
  engines: ['any'],
  async measure({ cli, engines, rounds, report }) {
    const program = PROGRAMS.find((path) => path !== '' && existsSync(path))
    if (program === undefined) {
      console.error('skipped: control-ui; Chromium is not installed (apt-get install chromium)')
      return
    }
    const { chromium } = await import('playwright-core')
    const gateway = await startGateway(cli, { engine: engines[0] })
    const browser = await chromium.launch({ executablePath: program, args: ARGS })
    try {
      const origin = `http://127.0.0.1:${gateway.target.port}`
      const loads = rounds === 1 ? 3 : LOADS
      const strangers = await loadsOf(browser, `${origin}/overview`, loads, 'login')
      const known = await browser.newContext()
      await talk(known, `${origin}/chat/${SESSION}#token=${gateway.target.token}`)
      for (const [figure, times] of [
        ['control ui, a stranger is asked for the token', strangers],
        ['control ui first view', await loadsOf(known, `${origin}/overview`, loads, 'overview')],
        ['control ui chat', await loadsOf(known, `${origin}/chat/${SESSION}`, loads, 'chat')],
      ]) {
        const sorted = times.sort((one, other) => one - other)
        const median = sorted[Math.floor(sorted.length / 2)]
        const ours = { value: median, p50Ms: median, p99Ms: sorted.at(-1) }
        report({ figure, engine: '-', unit: 'ms', ours, limit: '< 300 ms' })
      }
    } finally {
      await browser.close()
      await gateway.stop()
    }
  },
}

/** Signs in and says something, so that there is something to show. */
async function talk(context, url) {
  const page = await context.newPage()
  await page.goto(url)
  await page.getByLabel('Message', { exact: true }).fill('What is **new**?')
  await page.keyboard.press('Enter')
  await page.getByText('The answer is complete').waitFor({ state: 'attached' })
  await page.close()
}

/** @param where a browser, then every load is a first visit, or a context that keeps what was loaded before */
async function loadsOf(where, url, loads, name) {
  const times = []
  for (let load = 0; load < loads; load++) {
    const page = await where.newPage()
    await page.addInitScript(WATCH)
    const seeing = page.waitForEvent('console', (message) => message.text().startsWith('seen '))
    await page.goto(url, { waitUntil: 'commit' })
    const [, what, ms] = (await seeing).text().split(' ')
    if (what !== name) throw new Error(`${url} shows ${what}, not ${name}`)
    times.push(Number(ms))
    await page.close()
  }
  return times
}
