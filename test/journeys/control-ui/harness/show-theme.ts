import type { Page } from 'playwright-core'

/** Lets the system of the page be of a theme and waits until the page has followed it. Nothing moves from then on. */
export async function showTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' })
}
