import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { config } from '../../strings/en/config.js'
import { controls } from '../../styles/controls.js'
import type { ConfigPreview, WantedChange } from './config-preview.js'
import { WantedEvent } from './wanted-event.js'
import '../../elements/dialog.js'
import './change-report.js'

/** A change that was tried, waiting for a person's word. */
export interface Review {
  readonly wanted: WantedChange
  readonly preview: ConfigPreview
}

/** Shows what a change comes to before it is saved. Tells by a wanted event, or by `close` that nobody wants it. */
export class ReviewDialog extends LitElement {
  static override properties = {
    review: { attribute: false },
    textBefore: { attribute: false },
    refusal: { attribute: false },
    isBusy: { attribute: false },
  }

  static override styles = [controls]

  /** Null: the dialog is closed. */
  declare review: Review | null
  /** The text of the file as it is; null where it cannot be shown. */
  declare textBefore: string | null
  /** Why the gateway did not take the change; empty when it was not asked. */
  declare refusal: string
  declare isBusy: boolean

  constructor() {
    super()
    this.review = null
    this.textBefore = null
    this.refusal = ''
    this.isBusy = false
  }

  override render(): TemplateResult {
    const { review } = this
    return html`<mayros-dialog
      heading=${review?.preview.valid === false ? config.cannotSave : config.reviewHeading}
      .open=${review !== null}
      @close=${this.#closed}
    >
      ${review === null ? nothing : this.#report(review)}
      <button slot="actions" @click=${this.#closed}>${config.cancel}</button>
      ${review === null ? nothing : this.#saving(review)}
    </mayros-dialog>`
  }

  #report({ preview }: Review): TemplateResult {
    return html`<mayros-change-report .preview=${preview} .textBefore=${this.textBefore}></mayros-change-report>
      ${
        this.refusal === ''
          ? nothing
          : html`<div class="notice danger" role="alert"><strong>${config.refused}</strong> ${this.refusal}</div>`
      }`
  }

  #saving({ wanted, preview }: Review): TemplateResult | typeof nothing {
    if (!preview.valid || preview.files.length === 0) return nothing
    const restarts = preview.reload.restart.length > 0
    return html`<button
      slot="actions"
      class="primary"
      ?disabled=${this.isBusy}
      @click=${() => this.dispatchEvent(new WantedEvent(wanted, restarts))}
    >
      ${restarts ? config.saveAndRestart : config.save}
    </button>`
  }

  readonly #closed = (): void => {
    if (this.review !== null) this.dispatchEvent(new Event('close'))
  }
}

customElements.define('mayros-review-dialog', ReviewDialog)
