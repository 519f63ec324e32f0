import { html, nothing, type TemplateResult } from 'lit'
import { config } from '../../strings/en/config.js'
import type { ConfigIssue } from './config-file.js'

/** What is wrong, where, and how to mend it. */
export function issueList(issues: readonly ConfigIssue[]): TemplateResult {
  return html`<ul>
    ${issues.map(
      ({ path, message, hint, line, column }) =>
        html`<li>
          ${path === '' ? nothing : html`<code>${path}</code>`} ${message}${hint === undefined ? '' : ` (${hint})`}
          ${line === undefined ? nothing : html`<span class="muted">${config.line(line, column ?? 1)}</span>`}
        </li>`,
    )}
  </ul>`
}
