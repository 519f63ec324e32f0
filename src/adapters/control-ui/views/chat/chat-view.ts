import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { RequestRefused } from '../../connection/request-refused.js'
import type { Dialog } from '../../elements/dialog.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { toast } from '../../elements/toast.js'
import { linkTo, navigate } from '../../router/route.js'
import { chat } from '../../strings/en/chat.js'
import { states } from '../../strings/en/states.js'
import { controls } from '../../styles/controls.js'
import type { ComposedEvent, Composer } from './composer.js'
import { Conversation } from './conversation.js'
import type { SessionRow } from './session-bar.js'
import '../../elements/dialog.js'
import './composer.js'
import './message-list.js'
import './session-bar.js'

interface AgentRow {
  readonly id: string
  readonly name?: string
}

const LISTED_SESSIONS = 100

/** Talking in any session: `chat/<session key>`; without a key in the main one. */
export class ChatView extends GatewayView {
  static override properties = {
    revision: { state: true },
    sessions: { state: true },
    defaults: { state: true },
    agents: { state: true },
    isAnswerNew: { state: true },
  }

  static override styles = [
    controls,
    css`
      :host {
        height: 100%;
      }

      .chat {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr) auto;
        grid-template-columns: minmax(0, 1fr);
        height: 100%;
      }

      mayros-empty {
        align-self: center;
        width: min(40rem, 100% - 2rem);
        margin: 0 auto;
      }
    `,
  ]

  declare revision: number
  declare sessions: readonly SessionRow[]
  /** What answers in a session that says nothing else. */
  declare defaults: Pick<SessionRow, 'modelProvider' | 'model'>
  declare agents: readonly AgentRow[]
  declare isAnswerNew: boolean
  #conversation: Conversation | null = null
  #frame = 0
  /** Somebody has just begun a conversation and will write. */
  #isBegun = false

  constructor() {
    super()
    this.revision = 0
    this.sessions = []
    this.defaults = {}
    this.agents = []
    this.isAnswerNew = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.listen('chat', (news) => {
      this.#conversation?.hearChat(news as Parameters<Conversation['hearChat']>[0])
      const { state, sessionKey } = news as { readonly state: string; readonly sessionKey?: string }
      if (state === 'delta') return
      if (sessionKey === this.#conversation?.key) this.isAnswerNew = true
      this.#listSessions().catch(tellUnlessLost)
    })
    this.listen('agent', (news) => this.#conversation?.hearAgent(news as Parameters<Conversation['hearAgent']>[0]))
    this.keep(() => cancelAnimationFrame(this.#frame))
  }

  override updated(): void {
    const composer = this.#isBegun && !this.loading ? this.#composer() : null
    if (composer === null) return
    this.#isBegun = false
    void composer.updateComplete.then(() => composer.focus())
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('route') && changed.get('route') !== undefined && this.#conversation?.key !== this.#key()) {
      this.loading = true
      void this.reload()
    }
  }

  /** The lists around the conversation may come later than what was said in it. */
  protected override async load(): Promise<void> {
    const fetching = this.#fetch(this.#key())
    Promise.all([this.#listSessions(), this.#listAgents()]).catch(tellUnlessLost)
    await fetching
  }

  async #fetch(key: string): Promise<void> {
    if (this.#conversation?.key === key) return this.#conversation.recover()
    const ask = <T>(method: string, params: object) => this.connection.request<T>(method, params)
    const conversation = new Conversation(key, ask, () => this.#changed(conversation))
    await conversation.refresh()
    if (key !== this.#key()) return
    this.#conversation = conversation
    this.isAnswerNew = false
  }

  protected override content(): TemplateResult | typeof nothing {
    const conversation = this.#conversation
    if (conversation === null) return nothing
    const { history, own, asides, settings } = conversation
    const isEmpty = history.total === 0 && own.length === 0 && asides.length === 0 && conversation.runs.size === 0
    return html`<div
        class="chat"
        @dragover=${(event: DragEvent) => this.#composer()?.dragged(event)}
        @dragleave=${(event: DragEvent) => this.#composer()?.draggedAway(event)}
        @drop=${(event: DragEvent) => this.#composer()?.dropped(event)}
      >
        <h1 class="visually-hidden">${chat.title}</h1>
        <mayros-session-bar
          .connection=${this.connection}
          .sessionKey=${conversation.key}
          .sessions=${this.sessions}
          .defaults=${this.defaults}
          .thinkingLevel=${settings.thinkingLevel}
          .isToolOutputLive=${settings.verboseLevel === 'full'}
          @patched=${() => void this.reload()}
          @new-chat=${this.#newChat}
        ></mayros-session-bar>
        ${
          isEmpty
            ? html`<mayros-empty heading=${chat.emptyHeading} text=${chat.emptyText}></mayros-empty>`
            : html`<mayros-message-list .conversation=${conversation} .revision=${this.revision}></mayros-message-list>`
        }
        <mayros-composer
          .sessionKey=${conversation.key}
          .isBusy=${conversation.isBusy}
          .maySend=${this.connection.can('chat.send')}
          @composed=${this.#send}
          @stop=${() => this.#stop(conversation)}
        ></mayros-composer>
      </div>
      <span class="visually-hidden" role="status">${this.isAnswerNew && !conversation.isBusy ? chat.finished : ''}</span>
      ${this.#agentDialog()}`
  }

  #agentDialog(): TemplateResult {
    return html`<mayros-dialog heading=${chat.newChat}>
      <div class="field">
        <label for="agent">${chat.newChatText}</label>
        <select id="agent">
          ${this.agents.map(({ id, name }) => html`<option value=${id}>${name ?? id}</option>`)}
        </select>
      </div>
      <button slot="actions" @click=${() => this.#dialog()?.close()}>${states.cancel}</button>
      <button
        slot="actions"
        class="primary"
        @click=${() => {
          this.#dialog()?.close()
          this.#begin(this.renderRoot.querySelector<HTMLSelectElement>('#agent')?.value ?? '')
        }}
      >
        ${chat.begin}
      </button>
    </mayros-dialog>`
  }

  /** The session of the address in its canonical spelling. */
  #key(): string {
    const named = this.route.parts[0]
    const defaults = this.connection.hello?.snapshot.sessionDefaults
    const main = defaults?.mainSessionKey ?? 'agent:main:main'
    if (named === undefined || named === 'main' || named === defaults?.mainKey) return main
    return named.includes(':') || named === 'global' ? named : `agent:${defaults?.defaultAgentId ?? 'main'}:${named}`
  }

  /** Many events may come in one frame; one picture of them is enough. */
  #changed(conversation: Conversation): void {
    if (this.#conversation !== conversation || this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.revision++
    })
  }

  async #listSessions(): Promise<void> {
    const about = { limit: LISTED_SESSIONS, includeDerivedTitles: true, includeGlobal: true }
    const { sessions, defaults } = await this.connection.request<{
      readonly sessions: readonly SessionRow[]
      readonly defaults: Pick<SessionRow, 'modelProvider' | 'model'>
    }>('sessions.list', about)
    this.sessions = sessions
    this.defaults = defaults
  }

  async #listAgents(): Promise<void> {
    const { agents } = await this.connection.request<{ readonly agents: readonly AgentRow[] }>('agents.list')
    this.agents = agents
  }

  #send({ text, pictures }: ComposedEvent): void {
    this.isAnswerNew = false
    void this.#conversation?.send(text, pictures)
    this.renderRoot.querySelector('mayros-message-list')?.toEnd()
  }

  #stop(conversation: Conversation): void {
    conversation
      .abort()
      .catch((thrown: unknown) => toast(thrown instanceof Error ? thrown.message : String(thrown), 'danger'))
  }

  readonly #newChat = (): void => {
    if (this.agents.length > 1) this.#dialog()?.show()
    else this.#begin(this.agents[0]?.id ?? 'main')
  }

  #begin(agentId: string): void {
    this.#isBegun = true
    const mark = new Date().toISOString().slice(0, 19).replace(/\D/g, '')
    navigate(linkTo('chat', `agent:${agentId}:chat-${mark}`))
  }

  #composer(): Composer | null {
    return this.renderRoot.querySelector('mayros-composer')
  }

  #dialog(): Dialog | null {
    return this.renderRoot.querySelector('mayros-dialog')
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mayros-composer': Composer
    'mayros-dialog': Dialog
    'mayros-message-list': import('./message-list.js').MessageList
  }
}

/** That the connection is gone is said by the shell, and everything is loaded again after it. */
function tellUnlessLost(thrown: unknown): void {
  if (thrown instanceof RequestRefused && thrown.code === 'DISCONNECTED') return
  toast(thrown instanceof Error ? thrown.message : String(thrown), 'warn')
}

customElements.define('mayros-chat-view', ChatView)
