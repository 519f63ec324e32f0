import { html, type TemplateResult } from 'lit'
import { linkTo } from '../../router/route.js'
import { config } from '../../strings/en/config.js'

/** Ways to look at the configuration; each has an address. */
export const TABS = ['form', 'text', 'history'] as const

export type ConfigTab = (typeof TABS)[number]

/** The tab an address names; what is no tab is the form. */
export function tabOf(part: string | undefined): ConfigTab {
  return TABS.find((tab) => tab === part) ?? 'form'
}

/** Links between the tabs. */
export function configTabs(current: ConfigTab): TemplateResult {
  return html`<nav class="tabs" aria-label=${config.tabs}>
    ${TABS.map(
      (tab) =>
        html`<a href=${linkTo('config', tab)} aria-current=${tab === current ? 'page' : 'false'}>${config[tab]}</a>`,
    )}
  </nav>`
}
