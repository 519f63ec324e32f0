import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import type { GatewayConnection } from '../../connection/gateway-connection.js'
import { attempt } from '../../elements/attempt.js'
import { downloadText } from '../../elements/download-text.js'
import { sessions } from '../../strings/en/sessions.js'
import { controls } from '../../styles/controls.js'
import type { HistoryMessage } from '../chat/history-message.js'
import { fileNameOf } from './file-name.js'
import { transcriptText } from './transcript-text.js'
import '../../elements/loading.js'
import '../../elements/relative-time.js'

/** A stretch of conversation that was put aside. */
export interface Archive {
  readonly id: string
  readonly reason: string
  /** Unix ms. */
  readonly at: number
  readonly entries: number
}

const MOST_SHOWN = 1_000

/** What was put aside of a session; opened, an archive shows what was said. */
export class SessionArchives extends LitElement {
  static override properties = {
    connection: { attribute: false },
    sessionKey: {},
    archives: { attribute: false },
    read: { state: true },
  }

  static override styles = [
    controls,
    css`
      pre {
        max-height: 28rem;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      details > div {
        margin-top: var(--gap-2);
      }
    `,
  ]

  declare connection: GatewayConnection
  declare sessionKey: string
  declare archives: readonly Archive[]
  /** Texts of archives that were opened, by id. */
  declare read: ReadonlyMap<string, { readonly text: string; readonly count: number }>

  constructor() {
    super()
    this.sessionKey = ''
    this.archives = []
    this.read = new Map()
  }

  override render() {
    if (this.archives.length === 0) return nothing
    return html`<section class="card stack" aria-labelledby="archives">
      <h2 id="archives">${sessions.archives}</h2>
      <p class="muted">${sessions.archivesText}</p>
      ${[...this.archives].reverse().map((archive) => this.#archive(archive))}
    </section>`
  }

  #archive(archive: Archive): TemplateResult {
    const { id, reason, at, entries } = archive
    const read = this.read.get(id)
    return html`<details @toggle=${(event: Event) => this.#toggled(event, archive)}>
      <summary>
        ${sessions.archiveReasons[reason] ?? reason} <mayros-time at=${at}></mayros-time>,
        ${sessions.archiveEntries(entries)}
      </summary>
      ${
        read === undefined
          ? html`<mayros-loading></mayros-loading>`
          : html`<div class="stack">
              ${read.count < entries ? html`<p class="hint">${sessions.archiveNewest(read.count, entries)}</p>` : nothing}
              <pre tabindex="0" role="region" aria-label=${`${sessions.archiveReasons[reason] ?? reason}, ${new Date(at).toLocaleString('en-GB')}`}>${read.text}</pre>
              <div><button class="small" @click=${() => this.#download(archive, read.text)}>${sessions.downloadArchive}</button></div>
            </div>`
      }
    </details>`
  }

  async #toggled({ target }: Event, { id, at, reason }: Archive): Promise<void> {
    const details = target as HTMLDetailsElement
    if (!details.open || this.read.has(id)) return
    const asked = { key: this.sessionKey, archiveId: id, limit: MOST_SHOWN }
    type Answer = { readonly messages: readonly HistoryMessage[] }
    const answer = await attempt(this.connection.request<Answer>('sessions.archived', asked))
    if (answer === null) {
      details.open = false
      return
    }
    const title = `${this.sessionKey}, ${sessions.archiveReasons[reason] ?? reason} ${new Date(at).toISOString()}`
    const text = transcriptText(title, answer.messages)
    this.read = new Map([...this.read, [id, { text, count: answer.messages.length }]])
  }

  #download({ at }: Archive, text: string): void {
    downloadText(fileNameOf(this.sessionKey, at, 'md'), 'text/markdown', text)
  }
}

customElements.define('mayros-session-archives', SessionArchives)
