import { css, html, type TemplateResult } from 'lit'
import { attempt } from '../../elements/attempt.js'
import { Dialog } from '../../elements/dialog.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { toast } from '../../elements/toast.js'
import { linkTo, navigate } from '../../router/route.js'
import { agents } from '../../strings/en/agents.js'
import { controls } from '../../styles/controls.js'
import type { Agent } from './agent.js'
import { chosenModel, type ModelsOfConfig } from './chosen-model.js'

interface ModelOption {
  readonly id: string
  readonly name: string
  readonly provider: string
}

/** Settings of an agent were written. */
export class AgentChangedEvent extends Event {
  constructor() {
    super('agent-changed', { bubbles: true, composed: true })
  }
}

/** Name, model, workspace and picture of one agent, and its end. */
export class AgentSettings extends GatewayView {
  static override properties = {
    agent: { attribute: false },
    isDefault: { attribute: false },
    workspace: { state: true },
    model: { state: true },
    standardModel: { state: true },
    models: { state: true },
    isBusy: { state: true },
  }

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-5);
      }

      form {
        max-width: 40rem;
      }

      .check {
        display: flex;
        align-items: center;
        gap: var(--gap-2);
      }
    `,
  ]

  declare agent: Agent
  declare isDefault: boolean
  declare workspace: string
  /** What the configuration says of it; empty = nothing, so the one of all agents answers. */
  declare model: string
  /** The one of all agents; null = the configuration names none. */
  declare standardModel: string | null
  declare models: readonly ModelOption[]
  declare isBusy: boolean

  constructor() {
    super()
    this.isDefault = false
    this.workspace = ''
    this.model = ''
    this.standardModel = null
    this.models = []
    this.isBusy = false
  }

  protected override async load(): Promise<void> {
    const { connection, agent } = this
    const about = { agentId: agent.id }
    const [{ workspace }, config, { models }] = await Promise.all([
      connection.request<{ readonly workspace: string }>('agents.files.list', about),
      connection.request<ModelsOfConfig>('config.get'),
      connection.request<{ readonly models: readonly ModelOption[] }>('models.list'),
    ])
    const { own, standard } = chosenModel(config, agent.id)
    this.workspace = workspace
    this.model = own ?? ''
    this.standardModel = standard
    this.models = models
  }

  protected override content(): TemplateResult {
    const { agent, workspace } = this
    const may = this.connection.can('agents.update') && !this.isBusy
    return html`<section class="card" aria-label=${agents.sections.settings}>
        <form class="stack" @submit=${this.#save}>
          ${this.#field('name', agents.name, agent.name ?? '', agent.id)} ${this.#models()}
          ${this.#field('workspace', agents.workspace, workspace, '', agents.workspaceHint)}
          ${this.#field('avatar', agents.avatar, agent.identity?.avatar ?? '', '', agents.avatarHint)}
          <div><button class="primary" type="submit" ?disabled=${!may}>${agents.save}</button></div>
        </form>
      </section>
      ${this.#ending()}`
  }

  #field(id: string, label: string, value: string, placeholder: string, hint = ''): TemplateResult {
    return html`<div class="field">
      <label for=${id}>${label}</label>
      <input id=${id} ?disabled=${this.isBusy} .value=${value} placeholder=${placeholder} aria-describedby=${`${id}-hint`} />
      <p id=${`${id}-hint`} class="hint">${hint}</p>
    </div>`
  }

  #models(): TemplateResult {
    const known = this.models.map(({ provider, id, name }) => [`${provider}/${id}`, name] as const)
    const isListed = this.model === '' || known.some(([ref]) => ref === this.model)
    const listed = isListed ? known : [[this.model, this.model] as const, ...known]
    return html`<div class="field">
      <label for="model">${agents.model}</label>
      <select id="model" ?disabled=${this.isBusy} aria-describedby="model-hint">
        <option value="" .selected=${this.model === ''}>${agents.standardModel(this.standardModel)}</option>
        ${listed.map(([ref, name]) => html`<option value=${ref} .selected=${ref === this.model}>${name}</option>`)}
      </select>
      <p id="model-hint" class="hint">${agents.modelHint}</p>
    </div>`
  }

  #ending(): TemplateResult {
    const may = this.connection.can('agents.delete') && !this.isDefault
    return html`<section class="card stack" aria-labelledby="ending">
        <h2 id="ending">${agents.delete}</h2>
        <p>${this.isDefault ? agents.deleteDefault : agents.deleteText}</p>
        <div><button class="danger" ?disabled=${!may} @click=${() => this.#dialog()?.show()}>${agents.delete}</button></div>
      </section>
      <mayros-dialog heading=${agents.delete}>
        <div class="stack">
          <p>${agents.deleteText}</p>
          <label class="check"><input id="delete-files" type="checkbox" checked /> ${agents.deleteFiles}</label>
        </div>
        <button slot="actions" autofocus @click=${() => this.#dialog()?.close()}>${agents.cancel}</button>
        <button slot="actions" class="primary danger" @click=${this.#delete}>${agents.delete}</button>
      </mayros-dialog>`
  }

  readonly #save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const before = {
      name: this.agent.name ?? '',
      model: this.model,
      workspace: this.workspace,
      avatar: this.agent.identity?.avatar ?? '',
    }
    const changes = Object.fromEntries(
      Object.entries(before).flatMap(([name, value]) => {
        const wanted = this.#value(name)
        if (wanted === value) return []
        if (name === 'model') return [[name, wanted === '' ? null : wanted]]
        return wanted === '' && name !== 'avatar' ? [] : [[name, wanted]]
      }),
    )
    if (Object.keys(changes).length === 0) return toast(agents.unchanged, 'info')
    this.isBusy = true
    const asked = { agentId: this.agent.id, ...changes }
    await attempt(this.connection.request('agents.update', asked), agents.saved)
    this.dispatchEvent(new AgentChangedEvent())
    await this.reload()
    this.isBusy = false
  }

  readonly #delete = async (): Promise<void> => {
    const { id } = this.agent
    const deleteFiles = this.renderRoot.querySelector<HTMLInputElement>('#delete-files')?.checked === true
    this.#dialog()?.close()
    const asked = { agentId: id, deleteFiles }
    const done = await attempt(this.connection.request('agents.delete', asked), agents.deleted(id))
    if (done !== null) navigate(linkTo('agents'))
  }

  #value(id: string): string {
    const field = this.renderRoot.querySelector<HTMLInputElement | HTMLSelectElement>(`#${id}`)
    return field?.value.trim() ?? ''
  }

  #dialog(): Dialog | null {
    const dialog = this.renderRoot.querySelector('mayros-dialog')
    return dialog instanceof Dialog ? dialog : null
  }
}

customElements.define('mayros-agent-settings', AgentSettings)
