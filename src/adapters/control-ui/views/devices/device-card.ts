import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { devices } from '../../strings/en/devices.js'
import { controls } from '../../styles/controls.js'
import type { DeviceToken, PairedDevice } from './device.js'
import { deviceName } from './device-name.js'
import { scopeBadges } from './scope-badges.js'
import '../../elements/copy.js'
import '../../elements/relative-time.js'

/** Somebody wants something done about the device of a card. */
export class DeviceWishEvent extends Event {
  readonly wish: 'remove' | 'rotate' | 'revoke'
  /** Of which role, where tokens are meant. */
  readonly role: string

  constructor(wish: 'remove' | 'rotate' | 'revoke', role = '') {
    super('device-wish', { bubbles: true, composed: true })
    this.wish = wish
    this.role = role
  }
}

/** A device that was let in. */
export class DeviceCard extends LitElement {
  static override properties = { device: { attribute: false }, isOurs: { attribute: false } }

  static override styles = [
    controls,
    css`
      .card {
        height: 100%;
        align-content: start;
      }

      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--gap-1) var(--gap-3);
        margin: 0;
      }

      dt {
        color: var(--text-muted);
      }

      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }

      .id code {
        overflow: hidden;
        max-width: 10rem;
        white-space: nowrap;
        text-overflow: ellipsis;
      }
    `,
  ]

  declare device: PairedDevice
  declare isOurs: boolean

  constructor() {
    super()
    this.isOurs = false
  }

  override render() {
    const { device } = this
    const { platform, clientId, clientMode, remoteIp, scopes, approvedAtMs, lastSeenAtMs, deviceId } = device
    const program = [clientId, clientMode].filter((word) => word !== undefined).join(', ')
    const facts: readonly (readonly [string, TemplateResult | string])[] = [
      [devices.program, [program, platform].filter(Boolean).join(' · ')],
      [devices.address, remoteIp ?? devices.local],
      [devices.may, scopeBadges(scopes)],
      [devices.since, html`<mayros-time at=${approvedAtMs}></mayros-time>`],
      ...(lastSeenAtMs === undefined
        ? []
        : [[devices.seen, html`<mayros-time at=${lastSeenAtMs}></mayros-time>`] as const]),
      [
        devices.id,
        html`<span class="row id"><code>${deviceId}</code><mayros-copy text=${deviceId} label=${devices.copyId}></mayros-copy></span>`,
      ],
    ]
    return html`<article class="card stack" aria-labelledby="name">
      <div class="head">
        <h3 id="name">${deviceName(device)}</h3>
        <span class="row">
          ${this.isOurs ? html`<span class="badge info">${devices.thisBrowser}</span>` : nothing}
          <span class="badge ${device.connected ? 'ok' : ''}">
            ${device.connected ? devices.connected : devices.notConnected}
          </span>
        </span>
      </div>
      <dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
      ${device.tokens.map((token) => this.#token(token))}
      <div class="row">
        <button
          class="small danger"
          aria-label=${`${devices.remove} ${deviceName(device)}`}
          @click=${() => this.#wish('remove')}
        >
          ${devices.remove}
        </button>
      </div>
    </article>`
  }

  #token({ role, createdAtMs, rotatedAtMs, revokedAtMs, lastUsedAtMs }: DeviceToken): TemplateResult {
    return html`<div>
      <p class="small">
        <strong>${devices.tokenOf(role)}:</strong>
        ${
          revokedAtMs === undefined
            ? html`${rotatedAtMs === undefined ? devices.issued : devices.rotatedAt}
                <mayros-time at=${rotatedAtMs ?? createdAtMs}></mayros-time>`
            : html`${devices.revoked} <mayros-time at=${revokedAtMs}></mayros-time>`
        }${lastUsedAtMs === undefined ? nothing : html`, ${devices.used} <mayros-time at=${lastUsedAtMs}></mayros-time>`}
      </p>
      ${
        this.isOurs
          ? nothing
          : html`<div class="row">
              <button class="small" @click=${() => this.#wish('rotate', role)}>${devices.rotate}</button>
              ${
                revokedAtMs === undefined
                  ? html`<button class="small danger" @click=${() => this.#wish('revoke', role)}>${devices.revoke}</button>`
                  : nothing
              }
            </div>`
      }
    </div>`
  }

  #wish(wish: DeviceWishEvent['wish'], role?: string): void {
    this.dispatchEvent(new DeviceWishEvent(wish, role))
  }
}

customElements.define('mayros-device-card', DeviceCard)
