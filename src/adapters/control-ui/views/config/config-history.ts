import { css, html, type TemplateResult } from 'lit'
import { GatewayView } from '../../elements/gateway-view.js'
import { linkTo } from '../../router/route.js'
import { config } from '../../strings/en/config.js'
import { controls } from '../../styles/controls.js'
import type { ConfigVersion, ConfigVersions } from './config-version.js'
import '../../elements/empty.js'
import '../../elements/relative-time.js'

const SHOWN_PATHS = 3

/** What the configuration said before, with a way to each state. */
export class ConfigHistory extends GatewayView {
  static override properties = { versions: { state: true } }

  static override styles = [
    controls,
    css`
      td code {
        overflow-wrap: anywhere;
      }
    `,
  ]

  declare versions: readonly ConfigVersion[]

  constructor() {
    super()
    this.versions = []
  }

  protected override async load(): Promise<void> {
    this.versions = (await this.connection.request<ConfigVersions>('config.history')).versions
  }

  protected override content(): TemplateResult {
    if (this.versions.length === 0)
      return html`<mayros-empty heading=${config.noHistory} text=${config.noHistoryText}></mayros-empty>`
    return html`<div class="stack">
      <p class="muted">${config.historyIntro}</p>
      <div class="card scroll-x" tabindex="0" role="region" aria-label=${config.history}>
        <table>
          <thead>
            <tr>
              <th scope="col">${config.when}</th>
              <th scope="col">${config.who}</th>
              <th scope="col">${config.what}</th>
              <th scope="col"><span class="visually-hidden">${config.compare}</span></th>
            </tr>
          </thead>
          <tbody>
            ${this.versions.map(versionRow)}
          </tbody>
        </table>
      </div>
    </div>`
  }
}

function versionRow(version: ConfigVersion): TemplateResult {
  const { n, id, recordedAt, changed } = version
  const paths = changed.slice(0, SHOWN_PATHS).join(', ')
  const more = changed.length > SHOWN_PATHS ? ` ${config.andMore(changed.length - SHOWN_PATHS)}` : ''
  return html`<tr>
    <td>
      <mayros-time at=${Date.parse(recordedAt)}></mayros-time>
      ${n === 0 ? html`<span class="badge ok">${config.now}</span>` : ''}
    </td>
    <td>${writerOf(version)}</td>
    <td><code>${paths}</code>${more}</td>
    <td>
      ${
        n === 0
          ? ''
          : html`<a href=${linkTo('config', 'history', id)} aria-label=${config.compareWith(new Date(recordedAt).toLocaleString())}
              >${config.compare}</a
            >`
      }
    </td>
  </tr>`
}

/** Who made a state, short enough for a table. */
function writerOf({ source, actor }: ConfigVersion): string {
  if (source === 'file') return config.byHand
  const name = actor !== undefined && /^[0-9a-f]{64}$/.test(actor) ? actor.slice(0, 8) : actor
  return [source, name].filter(Boolean).join(' ')
}

customElements.define('mayros-config-history', ConfigHistory)
