import { css, html, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { attempt } from '../../elements/attempt.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { approvals } from '../../strings/en/approvals.js'
import { controls } from '../../styles/controls.js'
import type { Approval } from './approval.js'
import type { ApprovalCard, DecidedEvent } from './approval-card.js'
import '../../elements/empty.js'
import './approval-card.js'

/** The clock of the gateway may be a little behind. */
const AFTER_END_MS = 1000

/** Commands of agents that wait for somebody to allow them. */
export class ApprovalsView extends GatewayView {
  static override properties = { pending: { state: true }, answered: { state: true } }

  static override styles = [
    controls,
    css`
      .page {
        max-width: 60rem;
      }
    `,
  ]

  declare pending: readonly Approval[]
  /** Ids whose answer is on its way. */
  declare answered: ReadonlySet<string>

  /** No event tells of a question that nobody answered in time. */
  #lookAgain: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super()
    this.pending = []
    this.answered = new Set()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    for (const event of ['exec.approval.requested', 'exec.approval.resolved']) {
      this.listen(event, () => void this.reload())
    }
    this.keep(() => clearTimeout(this.#lookAgain))
  }

  protected override async load(): Promise<void> {
    if (!this.connection.can('exec.approval.list')) return
    const { pending } = await this.connection.request<{ readonly pending: readonly Approval[] }>('exec.approval.list')
    this.pending = pending
    clearTimeout(this.#lookAgain)
    if (this.isConnected && pending.some(({ expiresAtMs }) => expiresAtMs <= Date.now())) this.#ended()
  }

  protected override content(): TemplateResult {
    const missing = this.connection.missingScope('exec.approval.resolve')
    return html`<div class="page">
      <div class="stack">
        <h1 tabindex="-1">${approvals.heading}</h1>
        <p class="muted">${approvals.intro}</p>
      </div>
      <p class="visually-hidden" role="status">${approvals.waiting(this.pending.length)}</p>
      ${missing === null ? this.#cards() : html`<p class="notice warn">${approvals.mayNot(missing)}</p>`}
    </div>`
  }

  #cards(): unknown {
    if (this.pending.length === 0) {
      return html`<mayros-empty heading=${approvals.noneHeading} text=${approvals.none}></mayros-empty>`
    }
    return repeat(
      this.pending,
      ({ id }) => id,
      (approval) => html`<mayros-approval-card
        .approval=${approval}
        .mayDecide=${this.connection.can('exec.approval.resolve')}
        .isBusy=${this.answered.has(approval.id)}
        @decided=${({ decision }: DecidedEvent) => this.#decide(approval.id, decision)}
        @ended=${this.#ended}
      ></mayros-approval-card>`,
    )
  }

  /** The time of a question is over here; only the gateway knows whether it is there too. */
  readonly #ended = (): void => {
    clearTimeout(this.#lookAgain)
    this.#lookAgain = setTimeout(() => void this.reload(), AFTER_END_MS)
  }

  async #decide(id: string, decision: DecidedEvent['decision']): Promise<void> {
    this.answered = new Set([...this.answered, id])
    const asked = this.connection.request('exec.approval.resolve', { id, decision })
    await attempt(asked, approvals.decided[decision])
    await this.reload()
    this.answered = new Set([...this.answered].filter((other) => other !== id))
    await this.updateComplete
    if (this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement === null) this.#focusNext()
  }

  /** What was focused is gone with its card. */
  #focusNext(): void {
    const next = this.renderRoot.querySelector<ApprovalCard>('mayros-approval-card')
    const target = next ?? this.renderRoot.querySelector('h1')
    target?.focus()
  }
}

customElements.define('mayros-approvals-view', ApprovalsView)
