import { css, html, nothing, type TemplateResult } from 'lit'
import { GatewayView } from '../../elements/gateway-view.js'
import { agents } from '../../strings/en/agents.js'
import { controls } from '../../styles/controls.js'

interface Tool {
  readonly name: string
  readonly toolbox: string
  readonly description: string
  readonly offered: boolean
  readonly decidedBy: string | null
  /** Key of the configuration that decided, and what it says. */
  readonly path?: string
  readonly rule?: string
}

interface Tools {
  readonly tools: readonly Tool[]
  readonly problems: readonly unknown[]
}

/** The tools that there are, and which of them one agent is offered and why. */
export class AgentTools extends GatewayView {
  static override properties = { answer: { state: true }, wanted: { state: true } }

  static override styles = [
    controls,
    css`
      .find {
        max-width: 24rem;
      }

      .tool {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--gap-1) var(--gap-3);
        padding-block: var(--gap-3);
        border-bottom: 1px solid var(--line);
      }

      .tool p {
        grid-column: 1 / -1;
        overflow-wrap: anywhere;
      }

      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
    `,
  ]

  declare answer: Tools
  declare wanted: string

  constructor() {
    super()
    this.answer = { tools: [], problems: [] }
    this.wanted = ''
  }

  protected override async load(): Promise<void> {
    this.answer = await this.connection.request<Tools>('tools.list', { agentId: this.route.parts[0] ?? '' })
  }

  protected override content(): TemplateResult {
    const { tools, problems } = this.answer
    const words = this.wanted.toLowerCase()
    const found = tools.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(words))
    return html`<section class="card stack" aria-labelledby="tools">
      <div class="head">
        <h2 id="tools">${agents.tools}</h2>
        <span class="badge">${agents.offeredCount(tools.filter(({ offered }) => offered).length, tools.length)}</span>
      </div>
      <p class="muted">${agents.toolsText}</p>
      ${problems.map((problem) => html`<p class="notice warn">${typeof problem === 'string' ? problem : JSON.stringify(problem)}</p>`)}
      ${tools.length === 0 ? html`<p class="muted">${agents.toolsNone}</p>` : this.#search()}
      <ul>
        ${found.map((tool) => this.#tool(tool))}
      </ul>
    </section>`
  }

  #search(): TemplateResult {
    return html`<div class="field find">
      <label for="find">${agents.filter}</label>
      <input id="find" type="search" @input=${(event: Event) => {
        this.wanted = (event.target as HTMLInputElement).value.trim()
      }} />
    </div>`
  }

  #tool(tool: Tool): TemplateResult {
    const { name, description, offered } = tool
    return html`<li class="tool">
      <h3><code>${name}</code></h3>
      <span class="badge ${offered ? 'ok' : ''}">${offered ? agents.offered : agents.notOffered}</span>
      <p>${description}</p>
      <p class="small muted">${reason(tool)}</p>
    </li>`
  }
}

function reason({ decidedBy, path, rule }: Tool): TemplateResult | string {
  if (path === undefined) return decidedBy ?? agents.noRule
  return html`${agents.because} <code>${path}</code>${rule === undefined ? nothing : html`: <code>${rule}</code>`}`
}

customElements.define('mayros-agent-tools', AgentTools)
