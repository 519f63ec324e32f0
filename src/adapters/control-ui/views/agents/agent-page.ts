import { css, html, nothing, type TemplateResult } from 'lit'
import { GatewayView } from '../../elements/gateway-view.js'
import { linkTo } from '../../router/route.js'
import { agents } from '../../strings/en/agents.js'
import { controls } from '../../styles/controls.js'
import type { Agent, AgentList } from './agent.js'
import { agentName } from './agent-name.js'
import './agent-files.js'
import './agent-settings.js'
import './agent-tools.js'
import '../../elements/copy.js'

const SECTIONS = ['settings', 'files', 'tools'] as const

/** One agent: `/agents/<id>` its settings, `/agents/<id>/files/<name>` a file, `/agents/<id>/tools` its tools. */
export class AgentPage extends GatewayView {
  static override properties = { agent: { state: true }, isDefault: { state: true } }

  static override styles = [
    controls,
    css`
      nav {
        display: flex;
        gap: var(--gap-2);
        border-bottom: 1px solid var(--line);
      }

      nav a {
        padding: var(--gap-2) var(--gap-3);
        border-bottom: 3px solid transparent;
        color: var(--text);
        text-decoration: none;
      }

      nav a[aria-current] {
        border-color: var(--accent);
        font-weight: 600;
      }

      h1 {
        overflow-wrap: anywhere;
      }
    `,
  ]

  /** Null: there is none of this id. */
  declare agent: Agent | null
  declare isDefault: boolean

  constructor() {
    super()
    this.agent = null
    this.isDefault = false
  }

  get #id(): string {
    return this.route.parts[0] ?? ''
  }

  protected override async load(): Promise<void> {
    const { agents: all, defaultId } = await this.connection.request<AgentList>('agents.list')
    this.agent = all.find(({ id }) => id === this.#id) ?? null
    this.isDefault = this.#id === defaultId
  }

  protected override content(): TemplateResult {
    const { agent } = this
    return html`<div class="page">
      <div><a href=${linkTo('agents')}>← ${agents.back}</a></div>
      ${
        agent === null
          ? html`<h1>${agents.gone}</h1>
              <mayros-empty text=${agents.goneText(this.#id)}></mayros-empty>`
          : html`${this.#head(agent)} ${this.#section(agent)}`
      }
    </div>`
  }

  #head(agent: Agent): TemplateResult {
    const shown = this.route.parts[1] ?? 'settings'
    return html`<div class="head">
        <div>
          <h1>${agent.identity?.emoji ?? ''} ${agentName(agent)}</h1>
          <div class="row small muted">
            <code>${agent.id}</code>
            <mayros-copy text=${agent.id} label=${agents.copyId}></mayros-copy>
            ${this.isDefault ? html`<span class="badge info">${agents.isDefault}</span>` : nothing}
          </div>
        </div>
        <a class="button" href=${linkTo('chat', `agent:${agent.id}:main`)}>${agents.chat}</a>
      </div>
      <nav aria-label=${agents.sectionsLabel}>
        ${SECTIONS.map((name) => {
          const href = name === 'settings' ? linkTo('agents', agent.id) : linkTo('agents', agent.id, name)
          return html`<a href=${href} aria-current=${name === shown ? 'page' : nothing}>${agents.sections[name]}</a>`
        })}
      </nav>`
  }

  #section(agent: Agent): TemplateResult {
    const { connection, route } = this
    switch (route.parts[1]) {
      case 'files':
        return html`<mayros-agent-files .connection=${connection} .route=${route}></mayros-agent-files>`
      case 'tools':
        return html`<mayros-agent-tools .connection=${connection} .route=${route}></mayros-agent-tools>`
      default:
        return html`<mayros-agent-settings
          .connection=${connection}
          .route=${route}
          .agent=${agent}
          .isDefault=${this.isDefault}
          @agent-changed=${() => this.reload()}
        ></mayros-agent-settings>`
    }
  }
}

customElements.define('mayros-agent-page', AgentPage)
