import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A browser of this machine that pages can be tried in; null when there is none. */
export const chromiumProgram: string | null =
  [process.env.MAYROS_TEST_CHROMIUM ?? '', ...PROGRAMS].find((path) => path !== '' && existsSync(path)) ?? null

if (chromiumProgram === null) {
  console.info('skipped: the Control UI in a browser; Chromium is not installed (apt-get install chromium)')
}

/** Starts the browser, once for a whole file of journeys. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumProgram ?? 'chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-default-apps',
      '--disable-extensions',
      '--disable-sync',
      '--no-first-run',
      '--no-default-browser-check',
    ],
  })
}
