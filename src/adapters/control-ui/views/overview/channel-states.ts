import { css, html, LitElement, type TemplateResult } from 'lit'
import { linkTo } from '../../router/route.js'
import { channels as words } from '../../strings/en/channels.js'
import { overview } from '../../strings/en/overview.js'
import { controls } from '../../styles/controls.js'
import { ACCOUNT_BADGES } from '../channels/account-badges.js'
import { accountState } from '../channels/account-state.js'
import type { ChannelStates as States } from './gateway-state.js'

/** Every account of a chat network in one line. */
export class ChannelStates extends LitElement {
  static override properties = { channels: { attribute: false } }

  static override styles = [
    controls,
    css`
      ul {
        display: grid;
        gap: var(--gap-2);
        margin: 0 0 var(--gap-3);
        padding: 0;
        list-style: none;
      }

      li {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--gap-3);
      }
    `,
  ]

  declare channels: States

  override render() {
    const { channelOrder, channelLabels, channelAccounts } = this.channels
    const rows = channelOrder.flatMap((id) =>
      (channelAccounts[id] ?? []).map((account): TemplateResult => {
        const state = accountState(account)
        return html`<li>
          <span>${channelLabels[id] ?? id} <span class="muted">${account.accountId}</span></span>
          <span class="badge ${ACCOUNT_BADGES[state]}">${words.states[state]}</span>
        </li>`
      }),
    )
    const list = rows.length === 0 ? html`<p class="muted">${overview.noChannels}</p>` : html`<ul>${rows}</ul>`
    return html`${list} <a href=${linkTo('channels')}>${overview.allChannels}</a>`
  }
}

customElements.define('mayros-channel-states', ChannelStates)
