import { css, html, nothing, type TemplateResult } from 'lit'
import { attempt } from '../../elements/attempt.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { icon } from '../../elements/icon.js'
import { toast } from '../../elements/toast.js'
import { linkTo, navigate } from '../../router/route.js'
import { agents } from '../../strings/en/agents.js'
import { controls } from '../../styles/controls.js'
import type { Agent, AgentList as Answer } from './agent.js'
import { agentName } from './agent-name.js'
import { CreateAgentDialog, type CreateAgentEvent } from './create-agent-dialog.js'

/** Every agent, the default one first, and the way to a new one. */
export class AgentList extends GatewayView {
  static override properties = { answer: { state: true }, newWorkspace: { state: true } }

  static override styles = [
    controls,
    css`
      .agent {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: var(--gap-3);
        align-items: center;
      }

      .face {
        display: grid;
        place-items: center;
        width: 2.75rem;
        height: 2.75rem;
        border-radius: 50%;
        background: var(--accent-soft);
        color: var(--accent-strong);
        font-size: 1.4rem;
      }

      h2 {
        overflow-wrap: anywhere;
      }
    `,
  ]

  declare answer: Answer
  /** Workspace of the default agent: those of others lie beside it. */
  declare newWorkspace: string

  constructor() {
    super()
    this.answer = { defaultId: '', agents: [] }
    this.newWorkspace = ''
  }

  protected override async load(): Promise<void> {
    const answer = await this.connection.request<Answer>('agents.list')
    const about = { agentId: answer.defaultId }
    const { workspace } = await this.connection.request<{ readonly workspace: string }>('agents.files.list', about)
    this.answer = answer
    this.newWorkspace = workspace
  }

  protected override content(): TemplateResult {
    return html`<div class="page">
      <div class="head">
        <h1>${agents.heading}</h1>
        <button class="primary" ?disabled=${!this.connection.can('agents.create')} @click=${this.#ask}>
          ${icon('plus')} ${agents.create}
        </button>
      </div>
      <div class="cards">${this.answer.agents.map((agent) => this.#card(agent))}</div>
      <mayros-create-agent-dialog
        .workspace=${this.newWorkspace}
        @create-agent=${(event: CreateAgentEvent) => this.#create(event)}
      ></mayros-create-agent-dialog>
    </div>`
  }

  #card(agent: Agent): TemplateResult {
    const isDefault = agent.id === this.answer.defaultId
    return html`<article class="card agent">
      <span class="face" aria-hidden="true">${agent.identity?.emoji ?? agentName(agent).slice(0, 1).toUpperCase()}</span>
      <div>
        <h2><a href=${linkTo('agents', agent.id)}>${agentName(agent)}</a></h2>
        <div class="row small muted">
          <code>${agent.id}</code>
          ${isDefault ? html`<span class="badge info">${agents.isDefault}</span>` : nothing}
        </div>
      </div>
      <a
        class="button"
        aria-label=${`${agents.chat}: ${agentName(agent)}`}
        href=${linkTo('chat', `agent:${agent.id}:main`)}
        >${agents.chat}</a
      >
    </article>`
  }

  readonly #ask = (): void => {
    this.#dialog()?.show()
  }

  async #create({ asked }: CreateAgentEvent): Promise<void> {
    type Created = { readonly agentId: string; readonly name: string }
    const created = await attempt(this.connection.request<Created>('agents.create', asked))
    if (created === null) return
    this.#dialog()?.close()
    toast(agents.created(created.name), 'ok')
    navigate(linkTo('agents', created.agentId))
  }

  #dialog(): CreateAgentDialog | null {
    const dialog = this.renderRoot.querySelector('mayros-create-agent-dialog')
    return dialog instanceof CreateAgentDialog ? dialog : null
  }
}

customElements.define('mayros-agent-list', AgentList)
