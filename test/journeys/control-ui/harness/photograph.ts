import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { showTheme } from './show-theme.js'

const FOLDER = resolve('test/artifacts/control-ui')

/** Keeps how the page looks now, in both themes, as `<name>-light.png` and `<name>-dark.png`. */
export async function photograph(page: Page, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  for (const theme of ['light', 'dark'] as const) {
    await showTheme(page, theme)
    await page.screenshot({ path: resolve(FOLDER, `${name}-${theme}.png`) })
  }
}
