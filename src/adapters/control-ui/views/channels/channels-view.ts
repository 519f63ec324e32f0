import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { attempt } from '../../elements/attempt.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { soon } from '../../elements/soon.js'
import { linkTo } from '../../router/route.js'
import { channels } from '../../strings/en/channels.js'
import type { AccountWishEvent } from './account-card.js'
import type { ChannelsStatus } from './channel-account.js'
import type { Senders } from './senders.js'
import './account-card.js'
import './sender-lists.js'

const QUIET_MS = 500
const NOTHING_KNOWN: ChannelsStatus = { channelOrder: [], channelLabels: {}, channelAccounts: {} }

/** How the gateway stands with the chat networks, and who may talk to agents through them. */
export class ChannelsView extends GatewayView {
  static override properties = { status: { state: true }, senders: { state: true }, isProbing: { state: true } }

  declare status: ChannelsStatus
  /** Null: this browser may not decide about people. */
  declare senders: Senders | null
  declare isProbing: boolean

  readonly #news = soon(() => void this.reload(), QUIET_MS)

  constructor() {
    super()
    this.status = NOTHING_KNOWN
    this.senders = null
    this.isProbing = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    for (const event of ['health', 'channel.pairing.requested', 'channel.pairing.resolved']) {
      this.listen(event, () => this.#news.ask())
    }
    this.keep(this.#news.cancel)
  }

  protected override async load(): Promise<void> {
    const { connection } = this
    const [status, senders] = await Promise.all([
      connection.request<ChannelsStatus>('channels.status'),
      connection.can('pairing.list') ? connection.request<Senders>('pairing.list') : null,
    ])
    this.status = withProbes(status, this.status)
    this.senders = senders
  }

  protected override content(): TemplateResult {
    const { channelOrder, channelLabels, channelAccounts } = this.status
    const accounts = channelOrder.flatMap((id) => (channelAccounts[id] ?? []).map((account) => ({ id, account })))
    return html`<div class="page">
      <div class="head">
        <h1>${channels.heading}</h1>
        ${
          accounts.length === 0
            ? nothing
            : html`<button ?disabled=${this.isProbing} @click=${this.#probe}>
                ${this.isProbing ? channels.probing : channels.probeAll}
              </button>`
        }
      </div>
      ${
        accounts.length === 0
          ? html`<mayros-empty heading=${channels.none} text=${channels.noneText}>
              <a class="button" href=${linkTo('config')}>${channels.configure}</a>
            </mayros-empty>`
          : html`<div class="cards">
              ${repeat(
                accounts,
                ({ id, account }) => `${id}/${account.accountId}`,
                ({ id, account }) =>
                  html`<mayros-account-card
                    label=${channelLabels[id] ?? id}
                    .account=${account}
                    .mayDecide=${this.connection.can('channels.restart')}
                    @account-wish=${({ wish }: AccountWishEvent) => this.#granted(wish, id, account.accountId)}
                  ></mayros-account-card>`,
              )}
            </div>`
      }
      ${
        this.senders === null
          ? nothing
          : html`<mayros-sender-lists
              .connection=${this.connection}
              .senders=${this.senders}
              .labels=${channelLabels}
              @senders-changed=${() => this.reload()}
            ></mayros-sender-lists>`
      }
    </div>`
  }

  async #granted(wish: AccountWishEvent['wish'], channel: string, accountId: string): Promise<void> {
    await attempt(this.connection.request(`channels.${wish}`, { channel, accountId }), channels.wishDone[wish])
    await this.reload()
  }

  readonly #probe = async (): Promise<void> => {
    this.isProbing = true
    const status = await attempt(this.connection.request<ChannelsStatus>('channels.status', { probe: true }))
    this.isProbing = false
    if (status !== null) this.status = status
  }
}

/** What a check has found stays until the next one. */
function withProbes(status: ChannelsStatus, before: ChannelsStatus): ChannelsStatus {
  const channelAccounts = Object.entries(status.channelAccounts).map(([id, accounts]) => {
    const known = before.channelAccounts[id] ?? []
    const probed = accounts.map((account) => {
      const { probe } = known.find(({ accountId }) => accountId === account.accountId) ?? {}
      return probe === undefined ? account : { probe, ...account }
    })
    return [id, probed] as const
  })
  return { ...status, channelAccounts: Object.fromEntries(channelAccounts) }
}

customElements.define('mayros-channels-view', ChannelsView)
