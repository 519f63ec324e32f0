import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { confirmAction } from '../../elements/confirm-action.js'
import { linkTo } from '../../router/route.js'
import { approvals } from '../../strings/en/approvals.js'
import { controls } from '../../styles/controls.js'
import type { Approval, Decision } from './approval.js'
import { readableCommand } from './readable-command.js'
import '../../elements/copy.js'
import '../../elements/countdown.js'
import '../../elements/relative-time.js'

/** Somebody has decided. */
export class DecidedEvent extends Event {
  readonly decision: Decision

  constructor(decision: Decision) {
    super('decided')
    this.decision = decision
  }
}

/** A command that waits, with all that is known of it. Dispatches DecidedEvent, and `ended` when its time is over. */
export class ApprovalCard extends LitElement {
  static override properties = {
    approval: { attribute: false },
    mayDecide: { attribute: false },
    isBusy: { attribute: false },
  }

  static override styles = [
    controls,
    css`
      .head {
        flex-wrap: nowrap;
        align-items: start;
      }

      pre {
        max-height: 20rem;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 8rem), 1fr));
        gap: var(--gap-3) var(--gap-4);
        margin: 0;
      }

      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }

      @media (max-width: 40rem) {
        .answers button {
          flex: 1 1 auto;
        }
      }

      mayros-countdown {
        font-variant-numeric: tabular-nums;
      }
    `,
  ]

  declare approval: Approval
  declare mayDecide: boolean
  /** An answer is on its way. */
  declare isBusy: boolean

  override render(): TemplateResult {
    const { request, createdAtMs, expiresAtMs } = this.approval
    const { command, cwd, host, security, ask, agentId, sessionKey, resolvedPath } = request
    const text = readableCommand(command)
    return html`<article class="card stack" aria-label=${text}>
      <div class="head">
        <h2>${agentId === null ? approvals.somebodyAsks : approvals.agentAsks(agentId)}</h2>
        <span class="badge warn"><mayros-countdown until=${expiresAtMs} @ended=${this.#ended}></mayros-countdown></span>
      </div>
      <div class="copied">
        <pre tabindex="0" aria-label=${approvals.command}>${text}</pre>
        <mayros-copy text=${command} label=${approvals.copy}></mayros-copy>
      </div>
      <dl class="small">
        ${fact(approvals.folder, cwd)} ${fact(approvals.program, resolvedPath)}
        ${fact(approvals.agent, agentId, linkTo('agents', agentId ?? ''))}
        ${fact(approvals.session, sessionKey, linkTo('chat', sessionKey ?? ''))}
        ${fact(approvals.host, host === null ? null : (approvals.hosts[host] ?? host))}
        ${fact(approvals.rules, rulesOf(security, ask))}
        <div>
          <dt class="muted">${approvals.asked}</dt>
          <dd><mayros-time at=${createdAtMs}></mayros-time></dd>
        </div>
      </dl>
      ${this.mayDecide ? this.#buttons() : nothing}
    </article>`
  }

  /** To the command, not to an answer: whoever pressed a key once too often has not decided this one too. */
  override focus(): void {
    this.renderRoot.querySelector('pre')?.focus()
  }

  #buttons(): TemplateResult {
    const { isBusy } = this
    return html`<div class="row answers">
      <button class="primary" ?disabled=${isBusy} @click=${() => this.#decide('allow-once')}>${approvals.once}</button>
      <button ?disabled=${isBusy} @click=${this.#allowAlways}>${approvals.always}</button>
      <button class="danger" ?disabled=${isBusy} @click=${() => this.#decide('deny')}>${approvals.deny}</button>
    </div>`
  }

  readonly #allowAlways = async (): Promise<void> => {
    const question = approvals.alwaysAsk(readableCommand(this.approval.request.command))
    if (await confirmAction(question, approvals.always, 'plain')) this.#decide('allow-always')
  }

  readonly #ended = (): void => {
    this.dispatchEvent(new Event('ended'))
  }

  #decide(decision: Decision): void {
    this.dispatchEvent(new DecidedEvent(decision))
  }
}

function rulesOf(security: string | null, ask: string | null): string | null {
  const told = [security === null ? '' : `security ${security}`, ask === null ? '' : `ask ${ask}`].filter(Boolean)
  return told.length === 0 ? null : told.join(', ')
}

function fact(name: string, value: string | null, href?: string): TemplateResult | typeof nothing {
  if (value === null) return nothing
  return html`<div>
    <dt class="muted">${name}</dt>
    <dd>${href === undefined ? value : html`<a href=${href}>${value}</a>`}</dd>
  </div>`
}

customElements.define('mayros-approval-card', ApprovalCard)
