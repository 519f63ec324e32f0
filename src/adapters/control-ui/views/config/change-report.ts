import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { REDACTED } from '../../../../domain/config/redacted.js'
import { config } from '../../strings/en/config.js'
import { controls } from '../../styles/controls.js'
import type { ConfigPreview, ReloadTold, ValueChange } from './config-preview.js'
import { issueList } from './issue-list.js'
import { type DifferenceLine, textDifference } from './text-difference.js'

const SIGNS: Readonly<Record<DifferenceLine['kind'], string>> = { same: ' ', added: '+', removed: '-', skipped: ' ' }

/** What a change would come to: values before and after, what the gateway does, and the text. */
export class ChangeReport extends LitElement {
  static override properties = { preview: { attribute: false }, textBefore: { attribute: false } }

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-4);
      }

      td code {
        overflow-wrap: anywhere;
      }

      .was {
        color: var(--text-muted);
        text-decoration: line-through;
      }

      .difference {
        max-block-size: 40vh;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      .difference span {
        display: block;
      }

      .added {
        background: var(--ok-soft);
        color: var(--ok);
      }

      .removed {
        background: var(--danger-soft);
        color: var(--danger);
      }
    `,
  ]

  declare preview: ConfigPreview
  /** The text of the root file as it is; null where it cannot be shown. */
  declare textBefore: string | null

  constructor() {
    super()
    this.textBefore = null
  }

  override render(): TemplateResult {
    const { preview } = this
    if (!preview.valid) return html`<div class="notice danger">${config.cannotSave} ${issueList(preview.issues)}</div>`
    return html`${this.#values()}
      ${preview.anomalies.map((sentence) => html`<p class="notice warn">${sentence}</p>`)}
      ${
        preview.changes.length === 0
          ? nothing
          : html`<section class="stack" aria-labelledby="plan">
              <h3 id="plan">${config.plan}</h3>
              <p class="notice ${[...preview.reload.restart, ...preview.reload.pending].length > 0 ? 'warn' : ''}">${planOf(preview.reload)}</p>
            </section>`
      }
      ${this.#text()}`
  }

  #values(): TemplateResult {
    const { changes, files } = this.preview
    if (changes.length === 0) return html`<p>${files.length === 0 ? config.nothingDiffers : config.noValues}</p>`
    return html`<div class="scroll-x" tabindex="0" role="region" aria-label=${config.reviewHeading}>
      <table>
        <thead>
          <tr>
            <th scope="col">${config.setting}</th>
            <th scope="col">${config.before}</th>
            <th scope="col">${config.after}</th>
          </tr>
        </thead>
        <tbody>
          ${changes.map(valueRow)}
        </tbody>
      </table>
    </div>`
  }

  #text(): TemplateResult | typeof nothing {
    const { textBefore: before, preview } = this
    if (before === null || preview.raw === null || before === preview.raw) return nothing
    return html`<details>
      <summary>${config.textDifference}</summary>
      <pre class="difference" tabindex="0">${textDifference(before, preview.raw).map(
        ({ kind, text }) => html`<span class=${kind}>${SIGNS[kind]} ${text}</span>`,
      )}</pre>
    </details>`
  }
}

function valueRow({ path, before, after, isSecret }: ValueChange): TemplateResult {
  return html`<tr>
    <td><code>${path}</code></td>
    <td><code class=${before === undefined ? 'muted' : 'was'}>${shown(before)}</code></td>
    <td><code>${isSecret ? config.otherSecret : shown(after)}</code></td>
  </tr>`
}

function shown(value: unknown): string {
  if (value === undefined) return config.absent
  return value === REDACTED ? config.hidden : JSON.stringify(value)
}

/** What the gateway would do, in one sentence. */
function planOf({ hot, restart, pending, actions }: ReloadTold): string {
  if (restart.length > 0) return config.planRestart(restart.join(', '))
  if (pending.length > 0) return config.planPending(pending.join(', '))
  if (actions.length > 0) return config.planRenews(actions.join(', '))
  return hot.length > 0 ? config.planHot : config.planNothing
}

customElements.define('mayros-change-report', ChangeReport)
