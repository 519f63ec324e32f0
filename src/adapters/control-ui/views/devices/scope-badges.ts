import { html, type TemplateResult } from 'lit'
import { devices } from '../../strings/en/devices.js'

/** What a device may do; the right to everything stands out. */
export function scopeBadges(scopes: readonly string[]): TemplateResult {
  if (scopes.length === 0) return html`<span class="muted">${devices.nothing}</span>`
  return html`<span class="row">
    ${scopes.map(
      (scope) =>
        html`<span class="badge ${scope === 'operator.admin' ? 'warn' : ''}" title=${scope}>
          ${devices.scopes[scope] ?? scope}
        </span>`,
    )}
  </span>`
}
