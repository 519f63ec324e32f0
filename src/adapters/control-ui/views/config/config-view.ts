import { css, html, nothing, type TemplateResult } from 'lit'
import { GatewayView } from '../../elements/gateway-view.js'
import { linkTo } from '../../router/route.js'
import type { FormEditEvent } from '../../schema-form/form-edit-event.js'
import type { JsonSchema } from '../../schema-form/json-schema.js'
import { config } from '../../strings/en/config.js'
import { controls } from '../../styles/controls.js'
import { ChangeDesk } from './change-desk.js'
import { beginDraft, withEdit } from './config-draft.js'
import { configDrafts } from './config-drafts.js'
import type { ConfigFile } from './config-file.js'
import { type ConfigTab, configTabs, tabOf } from './config-tabs.js'
import type { TextTypedEvent } from './config-text.js'
import { issueList } from './issue-list.js'
import type { WantedEvent } from './wanted-event.js'
import '../../elements/copy.js'
import './config-form.js'
import './config-history.js'
import './config-text.js'
import './config-version-page.js'
import './review-dialog.js'

const FIRST_SECTION = 'gateway'

/** The configuration as settings, as text, and as it was. What is saved was shown with all that follows from it. */
export class ConfigView extends GatewayView {
  static override properties = {
    file: { state: true },
    text: { state: true },
    schema: { state: true },
  }

  static override styles = [
    controls,
    css`
      .tabs {
        display: flex;
        gap: var(--gap-4);
        border-block-end: 1px solid var(--line);
      }

      .tabs a {
        padding-block: var(--gap-2);
        border-block-end: 3px solid transparent;
        color: var(--text-muted);
        font-weight: 500;
        text-decoration: none;
      }

      .tabs a[aria-current='page'] {
        border-color: var(--accent);
        color: var(--text);
      }

      .bar {
        position: sticky;
        inset-block-end: var(--gap-3);
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--gap-3);
        padding: var(--gap-3) var(--gap-4);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-large);
        background: var(--surface-raised);
        box-shadow: var(--shadow);
      }

      .bar .grow {
        flex: 1;
      }
    `,
  ]

  declare file: ConfigFile | null
  /** What the file says, without secrets, also while it is invalid; null when it cannot be shown. */
  declare text: string | null
  declare schema: JsonSchema | null

  #runningHash: string | undefined

  readonly #changes = new ChangeDesk(this)

  constructor() {
    super()
    this.file = null
    this.text = null
    this.schema = null
  }

  /** The one that is shown. Who may not change anything sees the text. */
  get tab(): ConfigTab {
    return this.#mayChange() ? tabOf(this.route.parts[0]) : 'text'
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.listen('health', (payload) => this.#heard(payload as { readonly config?: { readonly hash?: string } }))
  }

  protected override async load(): Promise<void> {
    const schemaNow = this.schema ?? (this.#mayChange() ? this.#askSchema() : null)
    const [file, schema] = await Promise.all([this.connection.request<ConfigFile>('config.get'), schemaNow])
    this.text = file.valid || !this.#mayChange() ? file.raw : await this.#askText()
    this.file = file
    this.schema = schema
  }

  protected override content(): TemplateResult | typeof nothing {
    const { file } = this
    if (file === null) return nothing
    const { tab } = this
    const isUnsaved = configDrafts.form !== null || configDrafts.text !== null
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>${config.heading}</h1>
          <div class="row small muted"><code>${file.path}</code><mayros-copy text=${file.path}></mayros-copy></div>
        </div>
        ${isUnsaved ? html`<span class="badge warn">${config.unsaved}</span>` : nothing}
      </div>
      ${this.#mayChange() ? configTabs(tab) : html`<p class="notice">${config.readOnly}</p>`}
      ${file.valid || tab === 'history' ? nothing : brokenNotice(file, this.text)} ${this.#tab(file)}
      ${this.#bar(file)} ${this.#dialog()}
    </div>`
  }

  #tab(file: ConfigFile): TemplateResult | typeof nothing {
    switch (this.tab) {
      case 'history':
        return this.#history()
      case 'text':
        return this.#text(file)
      default:
        return this.#form(file)
    }
  }

  #form(file: ConfigFile): TemplateResult | typeof nothing {
    if (!file.valid || this.schema === null) return nothing
    return html`<mayros-config-form
      .schema=${this.schema}
      .value=${configDrafts.form?.value ?? file.resolved}
      .issues=${this.#changes.issues}
      .section=${this.route.parts[1] ?? FIRST_SECTION}
      @form-edit=${(event: FormEditEvent) => {
        const draft = withEdit(configDrafts.form ?? beginDraft(file.resolved, file.hash), event.edit)
        configDrafts.form = draft.edits.length === 0 ? null : draft
        this.#changes.changed()
      }}
    ></mayros-config-form>`
  }

  #text(file: ConfigFile): TemplateResult | typeof nothing {
    if (this.text === null) return nothing
    const { text } = configDrafts
    const state =
      this.#changes.isChecked && this.#changes.issues.length === 0 && this.#changes.jsonProblem === ''
        ? config.isGood
        : config.checking
    return html`<mayros-config-text
      .text=${text?.text ?? this.text}
      .problem=${this.#changes.jsonProblem}
      .issues=${this.#changes.issues}
      .state=${text === null ? '' : state}
      .isReadOnly=${!this.#mayChange()}
      @text-typed=${({ text: typed }: TextTypedEvent) => {
        const baseHash = configDrafts.text?.baseHash ?? file.hash
        configDrafts.text = typed === this.text ? null : { text: typed, baseHash }
        this.#changes.changed()
      }}
    ></mayros-config-text>`
  }

  #history(): TemplateResult {
    if (this.route.parts[1] === undefined) {
      return html`<mayros-config-history .connection=${this.connection} .route=${this.route}></mayros-config-history>`
    }
    return html`<mayros-config-version-page
      .connection=${this.connection}
      .route=${this.route}
      .textBefore=${this.text}
      .isBusy=${this.#changes.isBusy}
      @wanted=${({ wanted, restarts }: WantedEvent) => void this.#changes.save(wanted, restarts)}
    ></mayros-config-version-page>`
  }

  #bar(file: ConfigFile): TemplateResult | typeof nothing {
    const wanted = this.#changes.wanted
    if (wanted === null) return nothing
    const isStale = wanted.baseHash !== file.hash
    const count = configDrafts.form?.edits.length ?? 0
    return html`<div class="bar">
      <span class="grow" role="status">
        ${isStale ? config.stale : this.tab === 'form' ? config.changes(count) : config.unsaved}
        ${this.#changes.issues.length === 0 ? nothing : html`<span class="error">${config.wrong(this.#changes.issues.length)}</span>`}
      </span>
      ${
        isStale && configDrafts.form !== null && this.tab === 'form'
          ? html`<button @click=${() => this.#changes.carryOver(file)}>${config.carryOver}</button>`
          : nothing
      }
      <button ?disabled=${this.#changes.isBusy} @click=${() => this.#changes.discard()}>${config.discard}</button>
      <button
        class="primary"
        ?disabled=${this.#changes.isBusy || isStale || this.#changes.jsonProblem !== ''}
        @click=${() => this.#changes.look(wanted)}
      >
        ${config.review}
      </button>
    </div>`
  }

  #dialog(): TemplateResult {
    return html`<mayros-review-dialog
      .review=${this.#changes.review}
      .textBefore=${this.text}
      .refusal=${this.#changes.refusal}
      .isBusy=${this.#changes.isBusy}
      @wanted=${({ wanted, restarts }: WantedEvent) => void this.#changes.save(wanted, restarts)}
      @close=${() => this.#changes.close()}
    ></mayros-review-dialog>`
  }

  #mayChange(): boolean {
    return this.connection.can('config.edit')
  }

  async #askText(): Promise<string | null> {
    return (await this.connection.request<{ readonly text: string | null }>('config.text')).text
  }

  async #askSchema(): Promise<JsonSchema> {
    return (await this.connection.request<{ readonly schema: JsonSchema }>('config.schema')).schema
  }

  /** The configuration in force is another one: somebody changed the file. */
  #heard({ config: running }: { readonly config?: { readonly hash?: string } }): void {
    const before = this.#runningHash
    this.#runningHash = running?.hash
    if (before !== this.#runningHash && this.#runningHash !== this.file?.hash) void this.reload()
  }
}

function brokenNotice({ issues }: ConfigFile, text: string | null): TemplateResult {
  return html`<div class="notice danger" role="alert">
    <strong>${config.invalidHeading}</strong>
    ${issueList(issues)}
    <p>
      ${text === null ? config.unreadable : html`<a href=${linkTo('config', 'text')}>${config.mendText}</a>`}
      <a href=${linkTo('config', 'history')}>${config.goBack}</a>
    </p>
  </div>`
}

customElements.define('mayros-config-view', ConfigView)
