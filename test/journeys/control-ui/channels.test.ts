import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { unusedPort } from '../../contracts/harness/unused-port.js'
import { IrcServer } from '../../doubles/irc-server.js'
import { until } from '../harness/until.js'
import { chromiumProgram } from './harness/chromium.js'
import { ControlUiStage } from './harness/control-ui-stage.js'
import { photograph } from './harness/photograph.js'
import { requireAccessible } from './harness/require-accessible.js'

describe.skipIf(chromiumProgram === null)('channels in the Control UI', { timeout: 60_000 }, () => {
  let stage: ControlUiStage
  let network: IrcServer

  beforeAll(async () => {
    network = await new IrcServer().listen()
    const account = { host: '127.0.0.1', tls: false, nick: 'mayros', dmPolicy: 'pairing' }
    const accounts = {
      home: { ...account, port: network.port },
      broken: { ...account, port: await unusedPort() },
      off: { ...account, port: network.port, enabled: false },
    }
    stage = await ControlUiStage.start({ config: { gateway: { mode: 'local' }, channels: { irc: { accounts } } } })
  })
  afterEach(() => stage.requireClean())
  afterAll(async () => {
    await stage.dispose()
    await network.stop()
  })

  it('accounts say how they stand and what went wrong last, and are checked, stopped and started', async () => {
    const { page } = await stage.openSignedIn('/channels')
    const card = (name: string) => page.locator('mayros-account-card', { hasText: `Account ${name}` })
    await card('home').getByText('Connected', { exact: true }).first().waitFor()
    await card('broken').getByText('Last error:').waitFor()
    await page.getByRole('button', { name: 'Check now' }).click()
    await card('home')
      .getByText(/Answered in \d+ ms/)
      .waitFor()
    await card('broken')
      .getByText(/Failed:/)
      .waitFor()
    await requireAccessible(page)
    await photograph(page, 'channels')

    await card('home').getByRole('button', { name: 'Stop' }).click()
    await card('home').getByText('Stopped', { exact: true }).waitFor()
    await card('home').getByRole('button', { name: 'Start' }).click()
    await card('home').getByText('Connected', { exact: true }).first().waitFor()
  })

  it('a stranger appears by itself, is let in, told so, and can be shut out again', async () => {
    const { page } = await stage.openSignedIn('/channels')
    await page.getByText('Nobody waits.').waitFor()
    await until('the account to be there', () => network.connections > 0)
    network.say('alice', 'hello?')
    const row = page.getByRole('row', { name: /alice/ })
    await row.getByRole('button', { name: 'Let in' }).waitFor()
    await page.getByRole('link', { name: 'Channels 1 waiting' }).waitFor()
    await requireAccessible(page)
    await photograph(page, 'channels-pairing')
    await row.getByRole('button', { name: 'Let in' }).click()
    await row.getByRole('button', { name: 'Shut out' }).waitFor()
    await until('alice to be told', () => network.shownTo('alice').length > 1)
    await row.getByRole('button', { name: 'Shut out' }).click()
    await page.locator('mayros-dialog[open]').getByRole('button', { name: 'Shut out' }).click()
    await row.waitFor({ state: 'detached' })

    network.say('mallory', 'let me in')
    const other = page.getByRole('row', { name: /mallory/ })
    await other.getByRole('button', { name: 'Refuse' }).click()
    await other.waitFor({ state: 'detached' })
    await page.getByText('Nobody waits.').waitFor()
  })

  it('fits on a phone', async () => {
    const phone = await stage.newBrowser({ viewport: { width: 360, height: 740 } })
    const { page } = await stage.openSignedIn('/channels', phone)
    network.say('bob', 'hello?')
    await page.getByRole('button', { name: 'Let in' }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await requireAccessible(page)
    await photograph(page, 'channels-phone')
    await page.getByRole('button', { name: 'Refuse' }).click()
    await page.getByText('Nobody waits.').waitFor()
  })
})
