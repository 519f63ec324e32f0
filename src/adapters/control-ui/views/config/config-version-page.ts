import { html, nothing, type TemplateResult } from 'lit'
import { GatewayView } from '../../elements/gateway-view.js'
import { linkTo } from '../../router/route.js'
import { config } from '../../strings/en/config.js'
import type { ConfigPreview, WantedChange } from './config-preview.js'
import type { ConfigVersion, ConfigVersions } from './config-version.js'
import { WantedEvent } from './wanted-event.js'
import './change-report.js'

/** One earlier state beside the one in the files, and the way back to it. */
export class ConfigVersionPage extends GatewayView {
  static override properties = {
    textBefore: { attribute: false },
    shown: { state: true },
    isBusy: { attribute: false },
  }

  /** The text of the file as it is; null where it cannot be shown. */
  declare textBefore: string | null
  declare isBusy: boolean
  declare shown: { readonly version: ConfigVersion | null; readonly preview: ConfigPreview } | null

  constructor() {
    super()
    this.textBefore = null
    this.shown = null
    this.isBusy = false
  }

  get #id(): string {
    return this.route.parts[1] ?? ''
  }

  protected override async load(): Promise<void> {
    const id = this.#id
    const { hash, versions } = await this.connection.request<ConfigVersions>('config.history')
    const preview = await this.connection.request<ConfigPreview>('config.preview', { version: id, baseHash: hash })
    this.shown = { version: versions.find((version) => version.id === id) ?? null, preview }
  }

  protected override content(): TemplateResult | typeof nothing {
    if (this.shown === null) return nothing
    const { version, preview } = this.shown
    const when = version === null ? this.#id : new Date(version.recordedAt).toLocaleString()
    const restarts = preview.reload.restart.length > 0
    return html`<div class="stack">
      <div><a href=${linkTo('config', 'history')}>← ${config.allVersions}</a></div>
      <h2>${config.versionHeading(when)}</h2>
      <p class="muted">${config.versionIntro}</p>
      <mayros-change-report .preview=${preview} .textBefore=${this.textBefore}></mayros-change-report>
      <div class="row">
        <button
          class="primary"
          ?disabled=${this.isBusy || !preview.valid || preview.files.length === 0}
          @click=${() => this.dispatchEvent(new WantedEvent(this.#wanted(preview), restarts))}
        >
          ${restarts ? config.rollbackAndRestart : config.rollback}
        </button>
      </div>
    </div>`
  }

  #wanted({ hash }: ConfigPreview): WantedChange {
    return { method: 'config.rollback', params: { version: this.#id }, baseHash: hash }
  }
}

customElements.define('mayros-config-version-page', ConfigVersionPage)
