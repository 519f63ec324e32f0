import { css, html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { Dialog } from '../../elements/dialog.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { soon } from '../../elements/soon.js'
import { devices } from '../../strings/en/devices.js'
import { controls } from '../../styles/controls.js'
import type { DeviceList, PairedDevice, PendingDevice, PresenceRow } from './device.js'
import { DeviceActions } from './device-actions.js'
import type { DeviceWishEvent } from './device-card.js'
import { deviceName } from './device-name.js'
import { scopeBadges } from './scope-badges.js'
import { thisDevice } from './this-device.js'
import '../../elements/copy.js'
import '../../elements/relative-time.js'
import './device-card.js'

const QUIET_MS = 500

/** Who waits to be let in, who was, and who is here. */
export class DevicesView extends GatewayView {
  static override properties = {
    list: { state: true },
    present: { state: true },
    ours: { state: true },
    newToken: { state: true },
  }

  static override styles = [
    controls,
    css`
      .request {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--gap-2) var(--gap-4);
        align-items: center;
      }

      .request p {
        overflow-wrap: anywhere;
      }

      .token {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--gap-2);
        align-items: center;
      }

      .token pre {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      @media (max-width: 45rem) {
        .wide {
          display: none;
        }

        .request {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ]

  /** Null: this browser may not decide about devices. */
  declare list: DeviceList | null
  declare present: readonly PresenceRow[]
  /** Id of this browser's device. */
  declare ours: string | null
  /** A token that was made just now and is shown once. */
  declare newToken: string

  readonly #news = soon(() => void this.reload(), QUIET_MS)

  constructor() {
    super()
    this.list = null
    this.present = []
    this.ours = null
    this.newToken = ''
  }

  override connectedCallback(): void {
    super.connectedCallback()
    for (const event of ['device.pair.requested', 'device.pair.resolved', 'presence']) {
      this.listen(event, () => this.#news.ask())
    }
    this.keep(this.#news.cancel)
  }

  protected override async load(): Promise<void> {
    const { connection } = this
    const [list, present, ours] = await Promise.all([
      connection.can('device.pair.list') ? connection.request<DeviceList>('device.pair.list') : null,
      connection.request<readonly PresenceRow[]>('system-presence'),
      thisDevice(),
    ])
    this.list = list
    this.present = present
    this.ours = ours
  }

  protected override content(): TemplateResult {
    const { list } = this
    return html`<div class="page">
      <h1>${devices.heading}</h1>
      ${list === null ? nothing : html`${this.#pending(list.pending)} ${this.#paired(list.paired)}`} ${this.#present()}
      <mayros-dialog heading=${devices.rotateHeading} @close=${this.#forgetToken}>
        <div class="stack">
          <p>${devices.rotateText}</p>
          <div class="token">
            <pre>${this.newToken}</pre>
            <mayros-copy text=${this.newToken} label=${devices.copyToken}></mayros-copy>
          </div>
        </div>
        <button slot="actions" class="primary" @click=${() => this.#dialog()?.close()}>${devices.done}</button>
      </mayros-dialog>
    </div>`
  }

  #pending(pending: readonly PendingDevice[]): TemplateResult {
    return html`<section class="stack" aria-labelledby="pending">
      <h2 id="pending">${devices.pending}</h2>
      ${pending.length === 0 ? html`<p class="muted">${devices.pendingNone}</p>` : nothing}
      ${repeat(
        pending,
        ({ requestId }) => requestId,
        (device) => this.#request(device),
      )}
    </section>`
  }

  #request(device: PendingDevice): TemplateResult {
    const { platform, clientId, remoteIp, scopes, ts, expiresAtMs, isRepair } = device
    const about = [clientId, platform, remoteIp ?? devices.local].filter((word) => word !== undefined).join(' · ')
    return html`<article class="card request">
      <div class="stack">
        <h3>
          ${deviceName(device)} ${isRepair === true ? html`<span class="badge warn">${devices.repair}</span>` : nothing}
        </h3>
        <p class="small muted">
          ${about} · ${devices.asked} <mayros-time at=${ts}></mayros-time> · ${devices.expires}
          <mayros-time at=${expiresAtMs}></mayros-time>
        </p>
        <div class="row">${devices.asks} ${scopeBadges(scopes)}</div>
      </div>
      <div class="row">
        <button class="primary" @click=${() => this.#do((actions) => actions.approve(device))}>${devices.approve}</button>
        <button @click=${() => this.#do((actions) => actions.reject(device))}>${devices.reject}</button>
      </div>
    </article>`
  }

  #paired(paired: readonly PairedDevice[]): TemplateResult {
    return html`<section class="stack" aria-labelledby="paired">
      <h2 id="paired">${devices.paired}</h2>
      ${paired.length === 0 ? html`<p class="muted">${devices.pairedNone}</p>` : nothing}
      <div class="cards">
        ${repeat(
          paired,
          ({ deviceId }) => deviceId,
          (device) =>
            html`<mayros-device-card
              .device=${device}
              .isOurs=${device.deviceId === this.ours}
              @device-wish=${(event: DeviceWishEvent) => this.#granted(device, event)}
            ></mayros-device-card>`,
        )}
      </div>
    </section>`
  }

  #present(): TemplateResult {
    return html`<section class="card stack" aria-labelledby="present">
      <h2 id="present">${devices.present}</h2>
      <p class="muted">${devices.presentText}</p>
      <table aria-labelledby="present">
        <thead>
          <tr>
            <th scope="col">${devices.device}</th>
            <th scope="col" class="wide">${devices.program}</th>
            <th scope="col" class="wide">${devices.version}</th>
            <th scope="col" class="wide">${devices.address}</th>
            <th scope="col">${devices.seen}</th>
          </tr>
        </thead>
        <tbody>
          ${this.present.map(
            ({ host, mode, platform, version, ip, reason, deviceId, ts }) =>
              html`<tr>
                <td>
                  ${host ?? devices.unnamed}
                  ${deviceId !== undefined && deviceId === this.ours ? html`<span class="badge info">${devices.thisBrowser}</span>` : nothing}
                  ${reason === 'disconnect' ? html`<span class="badge">${devices.left}</span>` : nothing}
                </td>
                <td class="wide">${[mode, platform].filter(Boolean).join(' · ')}</td>
                <td class="wide">${version ?? ''}</td>
                <td class="wide">${ip ?? devices.local}</td>
                <td><mayros-time at=${ts}></mayros-time></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`
  }

  async #granted(device: PairedDevice, { wish, role }: DeviceWishEvent): Promise<void> {
    const isOurs = device.deviceId === this.ours
    if (wish === 'remove') return this.#do((actions) => actions.remove(device, isOurs))
    if (wish === 'revoke') return this.#do((actions) => actions.revoke(device, role))
    await this.#do(async (actions) => {
      const token = await actions.rotate(device, role)
      if (token === null) return
      this.newToken = token
      this.#dialog()?.show()
    })
  }

  async #do(act: (actions: DeviceActions) => Promise<void>): Promise<void> {
    await act(new DeviceActions(this.connection))
    await this.reload()
  }

  readonly #forgetToken = (): void => {
    this.newToken = ''
  }

  #dialog(): Dialog | null {
    const dialog = this.renderRoot.querySelector('mayros-dialog')
    return dialog instanceof Dialog ? dialog : null
  }
}

customElements.define('mayros-devices-view', DevicesView)
