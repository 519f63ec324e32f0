import { css, html, LitElement, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { GatewayConnection } from '../../connection/gateway-connection.js'
import { attempt } from '../../elements/attempt.js'
import { confirmAction } from '../../elements/confirm-action.js'
import { toast } from '../../elements/toast.js'
import { channels } from '../../strings/en/channels.js'
import { controls } from '../../styles/controls.js'
import type { ApprovedSender, Senders, WaitingSender } from './senders.js'
import '../../elements/relative-time.js'

/** A decision about somebody was made. */
export class SendersChangedEvent extends Event {
  constructor() {
    super('senders-changed', { bubbles: true, composed: true })
  }
}

/** Who waits to talk to agents through chat networks, and who may. */
export class SenderLists extends LitElement {
  static override properties = {
    connection: { attribute: false },
    senders: { attribute: false },
    labels: { attribute: false },
    isNotifying: { state: true },
  }

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-5);
      }

      .check {
        display: flex;
        align-items: center;
        gap: var(--gap-2);
        font-weight: 400;
      }

      td {
        overflow-wrap: anywhere;
        vertical-align: middle;
      }

      @media (max-width: 40rem) {
        thead {
          position: absolute;
          clip-path: inset(50%);
        }

        tr {
          display: grid;
          gap: var(--gap-1);
          padding-block: var(--gap-3);
          border-bottom: 1px solid var(--line);
        }

        td {
          padding: 0;
          border: 0;
        }
      }
    `,
  ]

  declare connection: GatewayConnection
  declare senders: Senders
  /** Names of networks by id. */
  declare labels: Readonly<Record<string, string>>
  declare isNotifying: boolean

  constructor() {
    super()
    this.labels = {}
    this.isNotifying = true
  }

  override render() {
    const { requests, approved } = this.senders
    return html`<section class="card stack" aria-labelledby="requests">
        <div class="head">
          <h2 id="requests">${channels.requests}</h2>
          <label class="check">
            <input type="checkbox" .checked=${this.isNotifying} @change=${this.#notify} />
            ${channels.notify}
          </label>
        </div>
        ${requests.length === 0 ? html`<p class="muted">${channels.requestsNone}</p>` : this.#requests(requests)}
      </section>
      <section class="card stack" aria-labelledby="approved">
        <h2 id="approved">${channels.approved}</h2>
        ${approved.length === 0 ? html`<p class="muted">${channels.approvedNone}</p>` : this.#approved(approved)}
      </section>`
  }

  #requests(requests: readonly WaitingSender[]): TemplateResult {
    return html`<table aria-labelledby="requests">
      <thead>
        <tr>
          ${[channels.who, channels.where, channels.code, channels.asked, channels.expires, channels.actions].map(
            (name) => html`<th scope="col">${name}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${repeat(
          requests,
          ({ code }) => code,
          (request) =>
            html`<tr>
              <td>${this.#who(request)}</td>
              <td>${this.#where(request)}</td>
              <td><code>${request.code}</code></td>
              <td><mayros-time at=${request.createdAt}></mayros-time></td>
              <td><mayros-time at=${request.expiresAt}></mayros-time></td>
              <td>
                <div class="row">
                  <button class="primary small" @click=${() => this.#approve(request)}>${channels.approve}</button>
                  <button class="small" @click=${() => this.#reject(request)}>${channels.reject}</button>
                </div>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`
  }

  #approved(approved: readonly ApprovedSender[]): TemplateResult {
    return html`<table aria-labelledby="approved">
      <thead>
        <tr>
          ${[channels.who, channels.where, channels.since, channels.actions].map(
            (name) => html`<th scope="col">${name}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${repeat(
          approved,
          ({ channel, accountId, senderId }) => `${channel}/${accountId}/${senderId}`,
          (sender) =>
            html`<tr>
              <td>${this.#who(sender)}</td>
              <td>${this.#where(sender)}</td>
              <td><mayros-time at=${sender.approvedAt}></mayros-time></td>
              <td><button class="danger small" @click=${() => this.#revoke(sender)}>${channels.revoke}</button></td>
            </tr>`,
        )}
      </tbody>
    </table>`
  }

  #who({ name, senderId }: ApprovedSender | WaitingSender): TemplateResult | string {
    return name === undefined || name === senderId
      ? senderId
      : html`${name} <span class="small muted">${senderId}</span>`
  }

  #where({ channel, accountId }: ApprovedSender | WaitingSender): string {
    return `${this.labels[channel] ?? channel}, ${accountId}`
  }

  async #approve({ code, channel, accountId, name, senderId }: WaitingSender): Promise<void> {
    const asked = { code, channel, accountId, notify: this.isNotifying }
    type Answer = { readonly problem?: string }
    const done = await attempt(this.connection.request<Answer>('pairing.approve', asked))
    if (done?.problem !== undefined) toast(channels.notTold(done.problem), 'warn')
    else if (done !== null) toast(channels.approvedDone(name ?? senderId), 'ok')
    this.dispatchEvent(new SendersChangedEvent())
  }

  async #reject({ code, channel, accountId, name, senderId }: WaitingSender): Promise<void> {
    const done = channels.rejectedDone(name ?? senderId)
    await attempt(this.connection.request('pairing.reject', { code, channel, accountId }), done)
    this.dispatchEvent(new SendersChangedEvent())
  }

  async #revoke({ channel, accountId, senderId, name = senderId }: ApprovedSender): Promise<void> {
    if (!(await confirmAction(channels.revokeAsk(name), channels.revoke))) return
    const asked = { channel, accountId, senderId }
    await attempt(this.connection.request('pairing.revoke', asked), channels.revokedDone(name))
    this.dispatchEvent(new SendersChangedEvent())
  }

  readonly #notify = (event: Event): void => {
    this.isNotifying = (event.target as HTMLInputElement).checked
  }
}

customElements.define('mayros-sender-lists', SenderLists)
