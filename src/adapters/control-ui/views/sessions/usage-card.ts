import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { countWords } from '../../format/count.js'
import { moneyWords } from '../../format/money.js'
import { sessions } from '../../strings/en/sessions.js'
import { controls } from '../../styles/controls.js'
import type { SessionUsage } from './session-usage.js'

/** What a session took in the last days: in sum, by day and by model. */
export class UsageCard extends LitElement {
  static override properties = { usage: { attribute: false } }

  static override styles = [
    controls,
    css`
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr));
        gap: var(--gap-3);
        margin: 0;
      }

      dt {
        color: var(--text-muted);
        font-size: var(--size-small);
      }

      dd {
        margin: 0;
        font-size: var(--size-large);
        font-variant-numeric: tabular-nums;
      }

      meter {
        width: 100%;
        min-width: 6rem;
      }
    `,
  ]

  /** Null = no model was asked. */
  declare usage: SessionUsage | null

  constructor() {
    super()
    this.usage = null
  }

  override render() {
    const { usage } = this
    const isUsed = usage !== null && usage.modelUsage.length > 0
    return html`<section class="card stack" aria-labelledby="usage">
      <h2 id="usage">${sessions.usage}</h2>
      ${isUsed ? html`${this.#sums(usage)} ${this.#models(usage)} ${this.#days(usage)}` : html`<p class="muted">${sessions.usageNone}</p>`}
    </section>`
  }

  #sums({ input, output, cacheRead, totalCost, missingCostEntries, messageCounts }: SessionUsage): TemplateResult {
    const facts: readonly (readonly [string, string])[] = [
      [sessions.input, countWords(input)],
      [sessions.output, countWords(output)],
      [sessions.cached, countWords(cacheRead)],
      [sessions.cost, moneyWords(totalCost)],
      [sessions.messages, countWords(messageCounts.total)],
      [sessions.toolCalls, countWords(messageCounts.toolCalls)],
      [sessions.errors, countWords(messageCounts.errors)],
    ]
    return html`<dl>
        ${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>
      ${missingCostEntries > 0 ? html`<p class="hint">${sessions.costPartly}</p>` : nothing}`
  }

  #models({ modelUsage }: SessionUsage): TemplateResult {
    return html`<div class="scroll-x" tabindex="0" role="region" aria-label=${sessions.byModel}>
      <table>
        <caption class="visually-hidden">${sessions.byModel}</caption>
        <thead>
          <tr>
            <th scope="col">${sessions.model}</th>
            <th scope="col" class="number">${sessions.calls}</th>
            <th scope="col" class="number">${sessions.total}</th>
            <th scope="col" class="number">${sessions.cost}</th>
          </tr>
        </thead>
        <tbody>
          ${modelUsage.map(
            ({ provider, model, count, totals }) =>
              html`<tr>
                <td>${provider}/${model}</td>
                <td class="number">${countWords(count)}</td>
                <td class="number">${countWords(totals.totalTokens)}</td>
                <td class="number">${moneyWords(totals.totalCost)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
  }

  #days({ dailyBreakdown }: SessionUsage): TemplateResult {
    const most = Math.max(1, ...dailyBreakdown.map(({ tokens }) => tokens))
    return html`<details>
      <summary>${sessions.byDay}</summary>
      <table>
        <caption class="visually-hidden">${sessions.byDay}</caption>
        <tbody>
          ${dailyBreakdown.map(
            ({ date, tokens, cost }) =>
              html`<tr>
                <th scope="row">${date}</th>
                <td><meter min="0" max=${most} value=${tokens} aria-label=${date}></meter></td>
                <td class="number">${countWords(tokens)}</td>
                <td class="number">${moneyWords(cost)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>`
  }
}

customElements.define('mayros-usage-card', UsageCard)
