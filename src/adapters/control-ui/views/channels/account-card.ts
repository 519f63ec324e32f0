import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { DROP_REASONS } from '../../../../domain/channels/drop-reasons.js'
import { countWords } from '../../format/count.js'
import { channels } from '../../strings/en/channels.js'
import { controls } from '../../styles/controls.js'
import { ACCOUNT_BADGES } from './account-badges.js'
import { accountState } from './account-state.js'
import type { ChannelAccount } from './channel-account.js'
import '../../elements/relative-time.js'

const A_MOMENT_MS = 60_000

/** Somebody wants an account to start, to stop, or to begin anew. */
export class AccountWishEvent extends Event {
  readonly wish: 'start' | 'stop' | 'restart'

  constructor(wish: AccountWishEvent['wish']) {
    super('account-wish', { bubbles: true, composed: true })
    this.wish = wish
  }
}

/** How one account of a chat network stands, and what went through it. */
export class AccountCard extends LitElement {
  static override properties = { label: {}, account: { attribute: false }, mayDecide: { attribute: false } }

  static override styles = [
    controls,
    css`
      :host {
        min-width: 0;
      }

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

      dt::first-letter {
        text-transform: uppercase;
      }

      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ]

  /** Name of the network. */
  declare label: string
  declare account: ChannelAccount
  /** Whether this browser may start and stop accounts. */
  declare mayDecide: boolean

  constructor() {
    super()
    this.label = ''
    this.mayDecide = false
  }

  override render() {
    const { account } = this
    const state = accountState(account)
    return html`<article class="card stack">
      <div class="head">
        <div>
          <h2>${this.label}</h2>
          <p class="small muted">${channels.account(account.accountId)}</p>
        </div>
        <span class="badge ${ACCOUNT_BADGES[state]}">${channels.states[state]}</span>
      </div>
      ${account.lastError === undefined ? nothing : this.#error(account, account.lastError)}
      <dl>
        ${this.#facts(account).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
      </dl>
      ${this.#drops(account.drops ?? {})} ${this.mayDecide && account.enabled ? this.#wishes(account) : nothing}
    </article>`
  }

  #wishes({ running, accountId }: ChannelAccount): TemplateResult {
    const wishes = running ? (['restart', 'stop'] as const) : (['start'] as const)
    return html`<div class="row">
      ${wishes.map(
        (wish) =>
          html`<button
            class="small"
            aria-label=${`${channels.wishes[wish]} ${this.label} ${accountId}`}
            @click=${() => this.dispatchEvent(new AccountWishEvent(wish))}
          >
            ${channels.wishes[wish]}
          </button>`,
      )}
    </div>`
  }

  #error({ nextAttemptAt, reconnectAttempts = 0 }: ChannelAccount, lastError: string): TemplateResult {
    return html`<div class="notice danger">
      <strong>${channels.lastError}:</strong> ${lastError}
      ${
        nextAttemptAt === undefined
          ? nothing
          : html`<p class="small">
              ${nextAttempt(nextAttemptAt)} ${reconnectAttempts > 0 ? channels.attempts(reconnectAttempts) : nothing}
            </p>`
      }
    </div>`
  }

  #facts(account: ChannelAccount): readonly (readonly [string, TemplateResult | string])[] {
    const { self, facts = {}, connected, lastConnectedAt, lastStartAt, lastInboundAt, lastOutboundAt, probe } = account
    return [
      ...(self === undefined ? [] : [[channels.self, self] as const]),
      ...Object.entries(facts).flatMap(([name, value]) =>
        value === '' ? [] : [[channels.facts[name] ?? name, factWords(value)] as const],
      ),
      ...(connected && lastConnectedAt !== undefined
        ? [[channels.connectedSince, time(lastConnectedAt)] as const]
        : []),
      ...(lastStartAt === undefined ? [] : [[channels.startedAt, time(lastStartAt)] as const]),
      [channels.lastInbound, time(lastInboundAt)],
      [channels.lastOutbound, time(lastOutboundAt)],
      ...(probe === undefined ? [] : [[channels.probe, probeWords(probe)] as const]),
    ]
  }

  #drops(drops: Readonly<Record<string, number>>): TemplateResult | typeof nothing {
    const counted = Object.entries(drops).sort(([, one], [, other]) => other - one)
    const total = counted.reduce((sum, [, count]) => sum + count, 0)
    if (total === 0) return nothing
    return html`<details>
      <summary>${channels.drops(total)}</summary>
      <table>
        <caption class="visually-hidden">${channels.drops(total)}</caption>
        <thead>
          <tr>
            <th scope="col">${channels.reason}</th>
            <th scope="col" class="number">${channels.messages}</th>
          </tr>
        </thead>
        <tbody>
          ${counted.map(
            ([reason, count]) =>
              html`<tr>
                <td>${(DROP_REASONS as Readonly<Record<string, string>>)[reason] ?? reason}</td>
                <td class="number">${countWords(count)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>`
  }
}

function time(at: number | undefined): TemplateResult | string {
  return at === undefined ? channels.never : html`<mayros-time at=${at}></mayros-time>`
}

function factWords(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? channels.yes : channels.no
  return String(value)
}

function nextAttempt(at: number): TemplateResult | string {
  if (at - Date.now() < A_MOMENT_MS) return channels.nextAttemptSoon
  return html`${channels.nextAttempt} <mayros-time at=${at}></mayros-time>`
}

function probeWords({ ok, latencyMs, error }: NonNullable<ChannelAccount['probe']>): TemplateResult {
  return ok
    ? html`<span class="badge ok">${channels.probeOk(Math.round(latencyMs))}</span>`
    : html`<span class="error">${channels.probeFailed(error ?? '')}</span>`
}

customElements.define('mayros-account-card', AccountCard)
