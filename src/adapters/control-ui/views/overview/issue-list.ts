import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { overview } from '../../strings/en/overview.js'
import { controls } from '../../styles/controls.js'
import type { Issue } from './issue.js'
import '../../elements/copy.js'

/** What needs somebody, each with what to do about it. */
export class IssueList extends LitElement {
  static override properties = { issues: { attribute: false } }

  static override styles = [
    controls,
    css`
      ul {
        display: grid;
        gap: var(--gap-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: grid;
        gap: var(--gap-2);
        overflow-wrap: anywhere;
      }

      .command {
        display: inline-flex;
        align-items: center;
        gap: var(--gap-2);
        padding-inline: var(--gap-3);
        border-radius: var(--radius);
        background: var(--surface);
      }
    `,
  ]

  declare issues: readonly Issue[]

  constructor() {
    super()
    this.issues = []
  }

  override render() {
    if (this.issues.length === 0) return nothing
    return html`<section class="stack" aria-labelledby="heading">
      <h2 id="heading">${overview.issuesHeading}</h2>
      <ul>
        ${this.issues.map((issue) => this.#issue(issue))}
      </ul>
    </section>`
  }

  #issue({ kind, text, hint, command, link }: Issue): TemplateResult {
    return html`<li class="notice ${kind}">
      <p><strong>${overview.kinds[kind]}:</strong> ${text}</p>
      ${hint === undefined ? nothing : html`<p>${hint}</p>`}
      ${
        command === undefined && link === undefined
          ? nothing
          : html`<div class="row">
              ${
                command === undefined
                  ? nothing
                  : html`<span class="command">
                      <code>${command}</code>
                      <mayros-copy text=${command} label=${overview.copyCommand}></mayros-copy>
                    </span>`
              }
              ${link === undefined ? nothing : html`<a class="button" href=${link.href}>${link.text}</a>`}
            </div>`
      }
    </li>`
  }
}

customElements.define('mayros-issue-list', IssueList)
