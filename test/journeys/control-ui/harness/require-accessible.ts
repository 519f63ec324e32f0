import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { showTheme } from './show-theme.js'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[]
}

/** Throws, with the places, when axe finds anything on the page as it is now, in the light or the dark theme. */
export async function requireAccessible(page: Page): Promise<void> {
  const found: string[] = []
  await page.evaluate(axe.source)
  for (const theme of ['light', 'dark'] as const) {
    await showTheme(page, theme)
    const run = `axe.run(document, ${JSON.stringify({ runOnly: { type: 'tag', values: RULES } })})`
    const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>(run)
    for (const { id, help, nodes } of violations) {
      const places = nodes.map(({ target, failureSummary }) => `  ${JSON.stringify(target)} ${failureSummary ?? ''}`)
      found.push(`${theme}: ${id}: ${help}\n${places.join('\n')}`)
    }
  }
  if (found.length > 0) throw new Error(`axe found:\n${found.join('\n')}`)
}
