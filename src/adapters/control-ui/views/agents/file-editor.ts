import { css, html, nothing, type TemplateResult } from 'lit'
import { attempt } from '../../elements/attempt.js'
import { confirmAction } from '../../elements/confirm-action.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { toast } from '../../elements/toast.js'
import { agents } from '../../strings/en/agents.js'
import { controls } from '../../styles/controls.js'
import { draftOf, keepDraft } from './file-drafts.js'
import type { WorkspaceFile } from './workspace-file.js'
import '../../elements/relative-time.js'

interface FileAnswer {
  readonly file: WorkspaceFile
}

/** The text of one file of a workspace, to read and to change. What was not saved is kept until the page is closed. */
export class FileEditor extends GatewayView {
  static override properties = { file: { state: true }, text: { state: true }, isBusy: { state: true } }

  static override styles = [
    controls,
    css`
      .card {
        display: grid;
        gap: var(--gap-3);
      }

      textarea {
        min-height: min(60vh, 40rem);
        font-family: var(--font-code);
        font-size: 0.875rem;
        line-height: 1.6;
        resize: vertical;
      }

      code {
        overflow-wrap: anywhere;
      }
    `,
  ]

  declare file: WorkspaceFile | null
  declare text: string
  declare isBusy: boolean
  /** When the file was changed last, as the text that is shown knows it. */
  #basedOn: number | null = null

  constructor() {
    super()
    this.file = null
    this.text = ''
    this.isBusy = false
  }

  get #agentId(): string {
    return this.route.parts[0] ?? ''
  }

  get #name(): string {
    return this.route.parts[2] ?? ''
  }

  protected override async load(): Promise<void> {
    const file = await this.#fetch()
    const draft = draftOf(this.#agentId, this.#name)
    this.file = file
    this.text = draft?.text ?? file.content ?? ''
    this.#basedOn = draft === null ? (file.updatedAtMs ?? null) : draft.basedOn
  }

  protected override content(): TemplateResult {
    const { file } = this
    if (file === null) return html``
    const isDirty = draftOf(this.#agentId, this.#name) !== null
    const may = this.connection.can('agents.files.set') && !this.isBusy
    return html`<section class="card" aria-labelledby="name">
      <div class="head">
        <div>
          <h2 id="name">${file.name}</h2>
          <p class="small muted">
            <code>${file.path}</code>
            ${
              file.updatedAtMs === undefined
                ? html`<br />${agents.missing}`
                : html`<br />${agents.changedAt} <mayros-time at=${file.updatedAtMs}></mayros-time>`
            }
          </p>
        </div>
        <div class="row">
          ${isDirty ? html`<button @click=${this.#discard}>${agents.discard}</button>` : nothing}
          <button class="primary" ?disabled=${!may || !isDirty} @click=${this.#save}>${agents.save}</button>
        </div>
      </div>
      <textarea
        spellcheck="false"
        aria-label=${agents.textOf(file.name)}
        aria-describedby="hint"
        .value=${this.text}
        @input=${this.#typed}
        @keydown=${this.#pressed}
      ></textarea>
      <p id="hint" class="hint">${agents.saveHint}</p>
    </section>`
  }

  async #fetch(): Promise<WorkspaceFile> {
    const asked = { agentId: this.#agentId, name: this.#name }
    return (await this.connection.request<FileAnswer>('agents.files.get', asked)).file
  }

  readonly #typed = (event: Event): void => {
    this.text = (event.target as HTMLTextAreaElement).value
    const isChanged = this.text !== (this.file?.content ?? '')
    this.#keep(isChanged ? this.text : null)
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    if (draftOf(this.#agentId, this.#name) !== null) void this.#save()
  }

  readonly #discard = (): void => {
    this.#keep(null)
    void this.reload()
  }

  readonly #save = async (): Promise<void> => {
    this.isBusy = true
    const content = this.text
    const current = await attempt(this.#fetch())
    const isSame = current !== null && (current.updatedAtMs ?? null) === this.#basedOn
    if (current !== null && (isSame || (await confirmAction(agents.changedMeanwhile, agents.replace)))) {
      await this.#write(content)
    }
    this.isBusy = false
  }

  async #write(content: string): Promise<void> {
    const asked = { agentId: this.#agentId, name: this.#name, content }
    const done = await attempt(this.connection.request<FileAnswer>('agents.files.set', asked))
    if (done === null) return
    toast(agents.fileSaved(this.#name), 'ok')
    this.file = { ...done.file, content }
    this.#basedOn = done.file.updatedAtMs ?? null
    this.#keep(this.text === content ? null : this.text)
    this.dispatchEvent(new Event('file-changed'))
  }

  #keep(text: string | null): void {
    keepDraft(this.#agentId, this.#name, text === null ? null : { text, basedOn: this.#basedOn })
    this.dispatchEvent(new Event('draft-changed'))
    this.requestUpdate()
  }
}

customElements.define('mayros-file-editor', FileEditor)
