import { css, html, nothing, type TemplateResult } from 'lit'
import { confirmAction } from '../../elements/confirm-action.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { soon } from '../../elements/soon.js'
import { toast } from '../../elements/toast.js'
import { linkTo, navigate } from '../../router/route.js'
import type { FormEditEvent } from '../../schema-form/form-edit-event.js'
import type { JsonSchema } from '../../schema-form/json-schema.js'
import { config } from '../../strings/en/config.js'
import { controls } from '../../styles/controls.js'
import { beginDraft, carriedOver, sentEdits, withEdit } from './config-draft.js'
import { configDrafts } from './config-drafts.js'
import type { ConfigFile, ConfigIssue, ConfigWrite } from './config-file.js'
import type { ConfigPreview, WantedChange } from './config-preview.js'
import { configTabs, tabOf } from './config-tabs.js'
import type { TextTypedEvent } from './config-text.js'
import { issueList } from './issue-list.js'
import { json5Problem } from './json5-problem.js'
import type { Review } from './review-dialog.js'
import type { WantedEvent } from './wanted-event.js'
import '../../elements/copy.js'
import './config-form.js'
import './config-history.js'
import './config-text.js'
import './config-version-page.js'
import './review-dialog.js'

const CHECK_AFTER_MS = 300
const FIRST_SECTION = 'gateway'

/** The configuration as settings, as text, and as it was. What is saved was shown with all that follows from it. */
export class ConfigView extends GatewayView {
  static override properties = {
    file: { state: true },
    text: { state: true },
    schema: { state: true },
    jsonProblem: { state: true },
    issues: { state: true },
    checked: { state: true },
    review: { state: true },
    refusal: { state: true },
    isBusy: { state: true },
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
  /** Why the text is no JSON5; empty when it is. */
  declare jsonProblem: string
  /** What the gateway finds wrong with what is not saved. */
  declare issues: readonly ConfigIssue[]
  /** Whether what is not saved was looked at by the gateway since it was changed. */
  declare checked: boolean
  declare review: Review | null
  /** Why the gateway did not take a change; empty when it did. */
  declare refusal: string
  declare isBusy: boolean

  #runningHash: string | undefined

  readonly #check = soon(() => void this.#tryOut(), CHECK_AFTER_MS)

  constructor() {
    super()
    this.file = null
    this.text = null
    this.schema = null
    this.jsonProblem = ''
    this.issues = []
    this.checked = false
    this.review = null
    this.refusal = ''
    this.isBusy = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.keep(this.#check.cancel)
    this.listen('health', (payload) => this.#heard(payload as { readonly config?: { readonly hash?: string } }))
    if (this.#wanted() !== null) this.#check.ask()
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
    const tab = this.#mayChange() ? tabOf(this.route.parts[0]) : 'text'
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
    if (!this.#mayChange()) return this.#text(file)
    switch (tabOf(this.route.parts[0])) {
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
      .issues=${this.issues}
      .section=${this.route.parts[1] ?? FIRST_SECTION}
      @form-edit=${(event: FormEditEvent) => {
        const draft = withEdit(configDrafts.form ?? beginDraft(file.resolved, file.hash), event.edit)
        configDrafts.form = draft.edits.length === 0 ? null : draft
        this.#changed()
      }}
    ></mayros-config-form>`
  }

  #text(file: ConfigFile): TemplateResult | typeof nothing {
    if (this.text === null) return nothing
    const { text } = configDrafts
    const state = this.checked && this.issues.length === 0 && this.jsonProblem === '' ? config.isGood : config.checking
    return html`<mayros-config-text
      .text=${text?.text ?? this.text}
      .problem=${this.jsonProblem}
      .issues=${this.issues}
      .state=${text === null ? '' : state}
      .isReadOnly=${!this.#mayChange()}
      @text-typed=${({ text: typed }: TextTypedEvent) => {
        const baseHash = configDrafts.text?.baseHash ?? file.hash
        configDrafts.text = typed === this.text ? null : { text: typed, baseHash }
        this.#changed()
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
      .isBusy=${this.isBusy}
      @wanted=${({ wanted, restarts }: WantedEvent) => void this.#save(wanted, restarts)}
    ></mayros-config-version-page>`
  }

  #bar(file: ConfigFile): TemplateResult | typeof nothing {
    const wanted = this.#wanted()
    if (wanted === null) return nothing
    const isStale = wanted.baseHash !== file.hash
    const count = configDrafts.form?.edits.length ?? 0
    return html`<div class="bar">
      <span class="grow" role="status">
        ${isStale ? config.stale : this.#tabNow() === 'form' ? config.changes(count) : config.unsaved}
        ${this.issues.length === 0 ? nothing : html`<span class="error">${config.wrong(this.issues.length)}</span>`}
      </span>
      ${
        isStale && configDrafts.form !== null && this.#tabNow() === 'form'
          ? html`<button @click=${() => this.#carryOver(file)}>${config.carryOver}</button>`
          : nothing
      }
      <button ?disabled=${this.isBusy} @click=${() => this.#discard()}>${config.discard}</button>
      <button
        class="primary"
        ?disabled=${this.isBusy || isStale || this.jsonProblem !== ''}
        @click=${() => this.#look(wanted)}
      >
        ${config.review}
      </button>
    </div>`
  }

  #dialog(): TemplateResult {
    return html`<mayros-review-dialog
      .review=${this.review}
      .textBefore=${this.text}
      .refusal=${this.refusal}
      .isBusy=${this.isBusy}
      @wanted=${({ wanted, restarts }: WantedEvent) => void this.#save(wanted, restarts)}
      @close=${() => {
        this.review = null
        this.refusal = ''
      }}
    ></mayros-review-dialog>`
  }

  #mayChange(): boolean {
    return this.connection.can('config.edit')
  }

  #tabNow(): string {
    return tabOf(this.route.parts[0])
  }

  async #askText(): Promise<string | null> {
    return (await this.connection.request<{ readonly text: string | null }>('config.text')).text
  }

  async #askSchema(): Promise<JsonSchema> {
    return (await this.connection.request<{ readonly schema: JsonSchema }>('config.schema')).schema
  }

  /** What the tab that is shown would change; null when that is nothing. */
  #wanted(): WantedChange | null {
    const { form, text } = configDrafts
    const tab = tabOf(this.route?.parts[0])
    if (tab === 'form' && form !== null) {
      return { method: 'config.edit', params: { edits: sentEdits(form) }, baseHash: form.baseHash }
    }
    if (tab === 'text' && text !== null) {
      return { method: 'config.apply', params: { raw: text.text }, baseHash: text.baseHash }
    }
    return null
  }

  #changed(): void {
    this.checked = false
    this.requestUpdate()
    this.#check.ask()
  }

  /** The configuration in force is another one: somebody changed the file. */
  #heard({ config: running }: { readonly config?: { readonly hash?: string } }): void {
    const before = this.#runningHash
    this.#runningHash = running?.hash
    if (before !== this.#runningHash && this.#runningHash !== this.file?.hash) void this.reload()
  }

  /** Asks the gateway what is wrong with what is not saved. */
  async #tryOut(): Promise<void> {
    const text = this.#tabNow() === 'text' ? (configDrafts.text?.text ?? null) : null
    this.jsonProblem = text === null ? '' : await json5Problem(text)
    const wanted = this.#wanted()
    if (wanted === null || this.jsonProblem !== '') {
      this.issues = []
      return
    }
    const preview = await this.#preview(wanted).catch(() => null)
    // Somebody typed on meanwhile: the next look counts. A refusal is told when it is to be saved.
    if (preview === null || JSON.stringify(wanted) !== JSON.stringify(this.#wanted())) return
    this.issues = preview.issues
    this.checked = true
  }

  #preview({ params, baseHash }: WantedChange): Promise<ConfigPreview> {
    return this.connection.request<ConfigPreview>('config.preview', { ...params, baseHash })
  }

  async #look(wanted: WantedChange): Promise<void> {
    this.isBusy = true
    try {
      this.review = { wanted, preview: await this.#preview(wanted) }
    } catch (thrown) {
      toast(thrown instanceof Error ? thrown.message : String(thrown), 'danger')
      await this.reload()
    } finally {
      this.isBusy = false
    }
  }

  /** What was not going to restart the gateway when it was shown must not do so now. */
  async #save({ method, params, baseHash }: WantedChange, restarts: boolean): Promise<void> {
    this.isBusy = true
    try {
      const restart = restarts ? 'auto' : 'never'
      const written = await this.connection.request<ConfigWrite>(method, { ...params, baseHash, restart })
      this.#written(written, method)
      await this.reload()
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown)
      if (this.review === null) toast(reason, 'danger')
      else this.refusal = reason
    } finally {
      this.isBusy = false
    }
  }

  #written({ changed, restart, reload }: ConfigWrite, method: WantedChange['method']): void {
    if (method === 'config.edit') configDrafts.form = null
    if (method === 'config.apply') configDrafts.text = null
    this.review = null
    this.issues = []
    if (method === 'config.rollback') navigate(linkTo('config', 'history'), 'replace')
    if (restart !== null) toast(config.savedRestart, 'ok')
    else if (reload.pending.length > 0) toast(config.savedPending, 'warn')
    else toast(changed.length === 0 ? config.unchanged : config.saved, 'ok')
  }

  #carryOver(file: ConfigFile): void {
    const { form } = configDrafts
    if (form !== null) configDrafts.form = carriedOver(form, file.resolved, file.hash)
    this.#changed()
  }

  async #discard(): Promise<void> {
    if (!(await confirmAction(config.discardAsk, config.discard))) return
    if (this.#tabNow() === 'text') configDrafts.text = null
    else configDrafts.form = null
    this.issues = []
    this.jsonProblem = ''
    await this.reload()
    this.requestUpdate()
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
