import { css, html, LitElement } from 'lit'
import { normalizeAgentId } from '../../../../domain/session/session-key.js'
import { Dialog } from '../../elements/dialog.js'
import { agents } from '../../strings/en/agents.js'
import { controls } from '../../styles/controls.js'

/** What `agents.create` is asked. */
export interface AskedAgent {
  readonly name: string
  readonly workspace: string
  readonly emoji?: string
}

/** The form was sent. Who hears it closes the dialog when that went well. */
export class CreateAgentEvent extends Event {
  readonly asked: AskedAgent

  constructor(asked: AskedAgent) {
    super('create-agent', { bubbles: true, composed: true })
    this.asked = asked
  }
}

/** Asks for what a new agent needs. The workspace follows the name until somebody writes another one. */
export class CreateAgentDialog extends LitElement {
  static override properties = { workspace: { attribute: false } }

  static override styles = [
    controls,
    css`
      form {
        display: grid;
        gap: var(--gap-4);
      }

      #emoji {
        max-width: 6rem;
      }
    `,
  ]

  /** Where the default agent lives. */
  declare workspace: string
  #isOwnPlace = false

  constructor() {
    super()
    this.workspace = ''
  }

  show(): void {
    this.renderRoot.querySelector('form')?.reset()
    this.#isOwnPlace = false
    this.#dialog()?.show()
  }

  close(): void {
    this.#dialog()?.close()
  }

  override render() {
    return html`<mayros-dialog heading=${agents.create}>
      <form id="form" @submit=${this.#submit}>
        <div class="field">
          <label for="name">${agents.name}</label>
          <input id="name" required autofocus maxlength="64" aria-describedby="name-hint" @input=${this.#named} />
          <p id="name-hint" class="hint">${agents.nameHint}</p>
        </div>
        <div class="field">
          <label for="emoji">${agents.emoji}</label>
          <input id="emoji" maxlength="8" />
        </div>
        <div class="field">
          <label for="workspace">${agents.workspace}</label>
          <input id="workspace" required aria-describedby="workspace-hint" @input=${this.#placed} />
          <p id="workspace-hint" class="hint">${agents.workspaceHint}</p>
        </div>
      </form>
      <button slot="actions" type="button" @click=${() => this.close()}>${agents.cancel}</button>
      <button slot="actions" type="submit" form="form" class="primary">${agents.createDo}</button>
    </mayros-dialog>`
  }

  readonly #named = (): void => {
    const place = this.#field('workspace')
    const name = this.#field('name')?.value.trim() ?? ''
    if (place === null || this.#isOwnPlace) return
    place.value = name === '' ? '' : `${this.workspace}-${normalizeAgentId(name)}`
  }

  readonly #placed = (): void => {
    this.#isOwnPlace = true
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const [name = '', workspace = '', emoji = ''] = ['name', 'workspace', 'emoji'].map((id) =>
      this.#field(id)?.value.trim(),
    )
    this.dispatchEvent(new CreateAgentEvent({ name, workspace, ...(emoji === '' ? {} : { emoji }) }))
  }

  #field(id: string): HTMLInputElement | null {
    return this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)
  }

  #dialog(): Dialog | null {
    const dialog = this.renderRoot.querySelector('mayros-dialog')
    return dialog instanceof Dialog ? dialog : null
  }
}

customElements.define('mayros-create-agent-dialog', CreateAgentDialog)
