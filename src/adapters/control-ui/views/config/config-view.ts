import { css, html, nothing, type TemplateResult } from 'lit'
import { RequestRefused } from '../../connection/request-refused.js'
import { confirmAction } from '../../elements/confirm-action.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { toast } from '../../elements/toast.js'
import { config } from '../../strings/en/config.js'
import { controls } from '../../styles/controls.js'
import type { ConfigFile, ConfigWrite } from './config-file.js'
import { json5Problem } from './json5-problem.js'

const CHECK_AFTER_MS = 250
const NEEDS_RESTART = /needs a restart/

/** The text of the configuration file: checked while somebody types, and saved so that no restart comes unasked. */
export class ConfigView extends GatewayView {
  static override properties = {
    file: { state: true },
    draft: { state: true },
    problem: { state: true },
    refusal: { state: true },
    isSaving: { state: true },
  }

  static override styles = [
    controls,
    css`
      textarea {
        inline-size: 100%;
        min-block-size: 55vh;
        font-family: var(--mono, ui-monospace, monospace);
        font-size: 0.875rem;
        tab-size: 2;
      }

      pre {
        white-space: pre-wrap;
      }
    `,
  ]

  declare file: ConfigFile | null
  /** What stands in the editor; null while it is what stands in the file. */
  declare draft: string | null
  /** Why the draft is no JSON5; empty when it is. */
  declare problem: string
  /** Why the gateway did not take the draft; empty when nothing was refused. */
  declare refusal: string
  declare isSaving: boolean

  #checking: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super()
    this.file = null
    this.draft = null
    this.problem = ''
    this.refusal = ''
    this.isSaving = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.keep(() => clearTimeout(this.#checking))
  }

  /** A draft stays, with the hash of the file it was begun on: saving over the work of somebody else is refused. */
  protected override async load(): Promise<void> {
    const file = await this.connection.request<ConfigFile>('config.get')
    if (this.draft === null || this.file === null) this.file = file
  }

  protected override content(): TemplateResult | typeof nothing {
    const { file } = this
    if (file === null) return nothing
    return html`<div class="page">
      <div class="head">
        <h1>${config.heading}</h1>
        ${this.draft === null ? nothing : html`<span class="badge warn">${config.unsaved}</span>`}
      </div>
      <p class="muted">${config.intro} <code>${file.path}</code></p>
      ${file.valid ? nothing : problems(file)} ${file.raw === null ? nothing : this.#editor(file.raw)}
    </div>`
  }

  #editor(raw: string): TemplateResult {
    const isUntouched = this.draft === null || this.isSaving
    return html`<div class="stack">
      <label class="field">
        ${config.text}
        <textarea
          spellcheck="false"
          autocomplete="off"
          aria-describedby="problem"
          aria-invalid=${String(this.problem !== '')}
          .value=${this.draft ?? raw}
          @input=${(event: Event) => this.#typed((event.target as HTMLTextAreaElement).value, raw)}
        ></textarea>
      </label>
      <div id="problem" role="status">
        ${this.problem === '' ? nothing : html`<p class="error">${config.notJson(this.problem)}</p>`}
      </div>
      ${
        this.refusal === ''
          ? nothing
          : html`<div class="notice danger" role="alert">
            <strong>${config.refused}</strong>
            <pre>${this.refusal}</pre>
          </div>`
      }
      <div class="row">
        <button class="primary" ?disabled=${isUntouched || this.problem !== ''} @click=${() => this.#save()}>
          ${config.save}
        </button>
        <button ?disabled=${isUntouched} @click=${() => this.#discard()}>${config.discard}</button>
      </div>
    </div>`
  }

  #typed(text: string, raw: string): void {
    this.draft = text === raw ? null : text
    this.refusal = ''
    clearTimeout(this.#checking)
    this.#checking = setTimeout(() => void this.#check(), CHECK_AFTER_MS)
  }

  async #check(): Promise<void> {
    const text = this.draft
    const problem = text === null ? '' : await json5Problem(text)
    if (text === this.draft) this.problem = problem
  }

  async #discard(): Promise<void> {
    if (!(await confirmAction(config.discardAsk, config.discard))) return
    this.#forgetDraft()
    await this.reload()
  }

  async #save(): Promise<void> {
    await this.#check()
    if (this.problem !== '' || this.draft === null || this.file === null) return
    this.isSaving = true
    const text = { raw: this.draft, baseHash: this.file.hash }
    try {
      this.#written(await this.#write(text))
    } catch (thrown) {
      this.refusal = thrown instanceof Error ? thrown.message : String(thrown)
    } finally {
      this.isSaving = false
    }
    if (this.draft === null) await this.reload()
  }

  /** Null: it would have taken a restart, and the person does not want one. */
  async #write(text: { readonly raw: string; readonly baseHash: string }): Promise<ConfigWrite | null> {
    try {
      return await this.connection.request<ConfigWrite>('config.apply', { ...text, restart: 'never' })
    } catch (thrown) {
      if (!(thrown instanceof RequestRefused) || !NEEDS_RESTART.test(thrown.message)) throw thrown
      const reason = `${thrown.message.charAt(0).toUpperCase()}${thrown.message.slice(1)}.`
      if (!(await confirmAction(config.restartAsk(reason), config.saveAndRestart, 'plain'))) return null
      return this.connection.request<ConfigWrite>('config.apply', text)
    }
  }

  #written(written: ConfigWrite | null): void {
    if (written === null) return
    this.#forgetDraft()
    if (written.restart !== null) toast(config.savedRestart, 'ok')
    else toast(written.changed.length === 0 ? config.unchanged : config.saved, 'ok')
  }

  #forgetDraft(): void {
    this.draft = null
    this.problem = ''
    this.refusal = ''
  }
}

function problems({ issues, raw }: ConfigFile): TemplateResult {
  return html`<div class="notice danger" role="alert">
    <strong>${config.invalidHeading}</strong>
    <ul>
      ${issues.map(({ path, message }) => html`<li><code>${path}</code> ${message}</li>`)}
    </ul>
    ${raw === null ? html`<p>${config.unreadable}</p>` : nothing}
  </div>`
}

customElements.define('mayros-config-view', ConfigView)
