import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { GatewayConnection } from '../../connection/gateway-connection.js'
import { confirmAction } from '../../elements/confirm-action.js'
import { soon } from '../../elements/soon.js'
import { toast } from '../../elements/toast.js'
import { linkTo, navigate } from '../../router/route.js'
import { config } from '../../strings/en/config.js'
import { carriedOver, sentEdits } from './config-draft.js'
import { configDrafts } from './config-drafts.js'
import type { ConfigFile, ConfigIssue, ConfigWrite } from './config-file.js'
import type { ConfigPreview, WantedChange } from './config-preview.js'
import type { ConfigTab } from './config-tabs.js'
import { json5Problem } from './json5-problem.js'
import type { Review } from './review-dialog.js'

const CHECK_AFTER_MS = 300

/** The view whose changes these are. */
export interface ChangeHost extends ReactiveControllerHost {
  readonly connection: GatewayConnection
  /** The tab that is shown. */
  readonly tab: ConfigTab
  reload(): Promise<void>
}

/** Changes of the configuration that are not saved: tried while somebody types, shown, and written when they are wanted. */
export class ChangeDesk implements ReactiveController {
  /** Why the text is no JSON5; empty when it is. */
  jsonProblem = ''
  /** What the gateway finds wrong. */
  issues: readonly ConfigIssue[] = []
  /** The gateway has looked at it since it was changed. */
  isChecked = false
  /** What a person is to decide about; null when nothing is. */
  review: Review | null = null
  /** Why the gateway did not take it; empty when it did. */
  refusal = ''
  isBusy = false

  readonly #host: ChangeHost
  readonly #check = soon(() => void this.#tryOut(), CHECK_AFTER_MS)
  #tab: ConfigTab | null = null

  constructor(host: ChangeHost) {
    this.#host = host
    host.addController(this)
  }

  /** Each tab has changes of its own. */
  hostUpdate(): void {
    if (this.#tab === this.#host.tab) return
    this.#tab = this.#host.tab
    this.#forget()
    if (this.wanted !== null) this.#check.ask()
  }

  hostDisconnected(): void {
    this.#check.cancel()
    this.#tab = null
  }

  /** What the tab that is shown would change; null when that is nothing. */
  get wanted(): WantedChange | null {
    const { form, text } = configDrafts
    const { tab } = this.#host
    if (tab === 'form' && form !== null) {
      return { method: 'config.edit', params: { edits: sentEdits(form) }, baseHash: form.baseHash }
    }
    if (tab === 'text' && text !== null) {
      return { method: 'config.apply', params: { raw: text.text }, baseHash: text.baseHash }
    }
    return null
  }

  /** A draft is another one. */
  changed(): void {
    this.isChecked = false
    this.#host.requestUpdate()
    this.#check.ask()
  }

  /** Puts what a change comes to before a person. */
  async look(wanted: WantedChange): Promise<void> {
    await this.#busily(async () => {
      try {
        this.review = { wanted, preview: await this.#preview(wanted) }
      } catch (thrown) {
        toast(reasonOf(thrown), 'danger')
        await this.#host.reload()
      }
    })
  }

  close(): void {
    this.review = null
    this.refusal = ''
    this.#host.requestUpdate()
  }

  /** What was not going to restart the gateway when it was shown must not do so now. */
  async save({ method, params, baseHash }: WantedChange, restarts: boolean): Promise<void> {
    await this.#busily(async () => {
      try {
        const restart = restarts ? 'auto' : 'never'
        const sent = { ...params, baseHash, restart }
        this.#written(await this.#host.connection.request<ConfigWrite>(method, sent), method)
        await this.#host.reload()
      } catch (thrown) {
        if (this.review === null) toast(reasonOf(thrown), 'danger')
        else this.refusal = reasonOf(thrown)
      }
    })
  }

  /** Makes the changes of the form to what the file says now. */
  carryOver(file: ConfigFile): void {
    const { form } = configDrafts
    if (form !== null) configDrafts.form = carriedOver(form, file.resolved, file.hash)
    this.changed()
  }

  async discard(): Promise<void> {
    if (!(await confirmAction(config.discardAsk, config.discard))) return
    if (this.#host.tab === 'text') configDrafts.text = null
    else configDrafts.form = null
    this.#forget()
    await this.#host.reload()
    this.#host.requestUpdate()
  }

  /** Asks the gateway what is wrong. */
  async #tryOut(): Promise<void> {
    const text = this.#host.tab === 'text' ? (configDrafts.text?.text ?? null) : null
    const jsonProblem = text === null ? '' : await json5Problem(text)
    const { wanted } = this
    const isAsked = wanted !== null && jsonProblem === ''
    // A refusal, because the file is another one by now, is told when it is to be saved.
    const preview = isAsked ? await this.#preview(wanted).catch(() => null) : null
    // Somebody typed on meanwhile: the next look counts.
    if (JSON.stringify(wanted) !== JSON.stringify(this.wanted)) return
    this.jsonProblem = jsonProblem
    this.issues = preview?.issues ?? []
    this.isChecked = preview !== null
    this.#host.requestUpdate()
  }

  #preview({ params, baseHash }: WantedChange): Promise<ConfigPreview> {
    return this.#host.connection.request<ConfigPreview>('config.preview', { ...params, baseHash })
  }

  #written({ changed, restart, reload }: ConfigWrite, method: WantedChange['method']): void {
    if (method === 'config.edit') configDrafts.form = null
    if (method === 'config.apply') configDrafts.text = null
    this.review = null
    this.#forget()
    if (method === 'config.rollback') navigate(linkTo('config', 'history'), 'replace')
    if (restart !== null) toast(config.savedRestart, 'ok')
    else if (reload.pending.length > 0) toast(config.savedPending, 'warn')
    else toast(changed.length === 0 ? config.unchanged : config.saved, 'ok')
  }

  #forget(): void {
    this.issues = []
    this.jsonProblem = ''
    this.refusal = ''
    this.isChecked = false
  }

  async #busily(work: () => Promise<void>): Promise<void> {
    this.isBusy = true
    this.#host.requestUpdate()
    try {
      await work()
    } finally {
      this.isBusy = false
      this.#host.requestUpdate()
    }
  }
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
