import { css, html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { attempt } from '../../elements/attempt.js'
import { confirmAction } from '../../elements/confirm-action.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { approvals } from '../../strings/en/approvals.js'
import { controls } from '../../styles/controls.js'
import type { Approval, Decision } from './approval.js'
import '../../elements/empty.js'
import '../../elements/relative-time.js'

/** The clock of the gateway may be a little behind. */
const AFTER_END_MS = 1000

/** Commands of agents that wait for somebody to allow them. */
export class ApprovalsView extends GatewayView {
  static override properties = { pending: { state: true } }

  static override styles = [
    controls,
    css`
      pre {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--gap-2) var(--gap-4);
        margin: 0;
      }

      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ]

  declare pending: readonly Approval[]

  /** No event tells of a question that nobody answered in time. */
  #expiry: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super()
    this.pending = []
  }

  override connectedCallback(): void {
    super.connectedCallback()
    for (const event of ['exec.approval.requested', 'exec.approval.resolved']) {
      this.listen(event, () => void this.reload())
    }
    this.keep(() => clearTimeout(this.#expiry))
  }

  protected override async load(): Promise<void> {
    const { pending } = await this.connection.request<{ readonly pending: readonly Approval[] }>('exec.approval.list')
    this.pending = pending
    clearTimeout(this.#expiry)
    if (pending.length === 0 || !this.isConnected) return
    const nextEnd = Math.min(...pending.map(({ expiresAtMs }) => expiresAtMs))
    this.#expiry = setTimeout(() => void this.reload(), Math.max(0, nextEnd - Date.now()) + AFTER_END_MS)
  }

  protected override content(): TemplateResult {
    return html`<div class="page">
      <h1>${approvals.heading}</h1>
      <p class="muted">${approvals.intro}</p>
      ${
        this.pending.length === 0
          ? html`<mayros-empty heading=${approvals.noneHeading} text=${approvals.none}></mayros-empty>`
          : repeat(
              this.pending,
              ({ id }) => id,
              (approval) => this.#card(approval),
            )
      }
    </div>`
  }

  #card({ id, request, createdAtMs, expiresAtMs }: Approval): TemplateResult {
    const { command, cwd, agentId, sessionKey, resolvedPath } = request
    return html`<article class="card stack" aria-label=${command}>
      <pre>${command}</pre>
      <dl class="small">
        ${fact(approvals.agent, agentId)} ${fact(approvals.session, sessionKey)} ${fact(approvals.folder, cwd)}
        ${fact(approvals.program, resolvedPath)}
        <dt class="muted">${approvals.asked}</dt>
        <dd><mayros-time at=${createdAtMs}></mayros-time></dd>
        <dt class="muted">${approvals.expires}</dt>
        <dd><mayros-time at=${expiresAtMs}></mayros-time></dd>
      </dl>
      <div class="row">
        <button class="primary" @click=${() => this.#decide(id, 'allow-once')}>${approvals.once}</button>
        <button @click=${() => this.#allowAlways(id, command)}>${approvals.always}</button>
        <button class="danger" @click=${() => this.#decide(id, 'deny')}>${approvals.deny}</button>
      </div>
    </article>`
  }

  async #allowAlways(id: string, command: string): Promise<void> {
    if (await confirmAction(approvals.alwaysAsk(command), approvals.always, 'plain'))
      await this.#decide(id, 'allow-always')
  }

  async #decide(id: string, decision: Decision): Promise<void> {
    await attempt(this.connection.request('exec.approval.resolve', { id, decision }), approvals.decided[decision])
    await this.reload()
  }
}

function fact(name: string, value: string | null): TemplateResult | typeof nothing {
  if (value === null) return nothing
  return html`<dt class="muted">${name}</dt>
    <dd>${value}</dd>`
}

customElements.define('mayros-approvals-view', ApprovalsView)
