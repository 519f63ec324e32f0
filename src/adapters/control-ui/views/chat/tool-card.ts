import { css, html, LitElement, nothing } from 'lit'
import { live } from 'lit/directives/live.js'
import { icon } from '../../elements/icon.js'
import { chat } from '../../strings/en/chat.js'
import { controls } from '../../styles/controls.js'
import '../../elements/copy.js'

/** What a tool was asked and what came of it. */
export interface ShownTool {
  /** Of the call. */
  readonly id: string
  readonly name: string
  readonly args: unknown
  /** Text; null = nothing came (yet). */
  readonly output: string | null
  readonly state: 'running' | 'ok' | 'failed'
}

const BRIEF = 80
/** What people opened and closed, by call: a card of an answer that comes is another one when the answer is there. */
const choices = new Map<string, boolean>()
const BADGES = { running: 'info', ok: 'ok', failed: 'danger' } as const

/** `<mayros-tool-card .tool=…>`: one line that opens to input and output; open by itself while the tool works. */
export class ToolCard extends LitElement {
  static override properties = { tool: { attribute: false } }

  static override styles = [
    controls,
    css`
      details {
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
      }

      summary {
        display: flex;
        align-items: center;
        gap: var(--gap-2);
        padding: var(--gap-1) var(--gap-3);
        cursor: pointer;
      }

      summary .brief {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .body {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-2);
        padding: var(--gap-2) var(--gap-3) var(--gap-3);
      }

      pre {
        max-height: 20rem;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ]

  declare tool: ShownTool

  override render() {
    const { id, name, args, output, state } = this.tool
    const input = typeof args === 'string' ? args : (JSON.stringify(args, null, 2) ?? '')
    const isOpen = choices.get(id) ?? (state === 'running' && output !== null)
    return html`<details .open=${live(isOpen)}>
      <summary @click=${(event: Event) => this.#choose(event, id)}>
        ${icon('tool', 16)}<strong>${name}</strong>
        <code class="brief muted">${briefOf(args)}</code>
        <span class="badge ${BADGES[state]}">${chat.tool[state]}</span>
      </summary>
      <div class="body">
        ${input === '' || input === '{}' ? nothing : html`<span class="small muted">${chat.toolInput}</span><pre tabindex="0">${input}</pre>`}
        <span class="small muted">${chat.toolResult}</span>
        ${output === null || output === '' ? html`<p class="muted">${chat.noOutput}</p>` : html`<pre tabindex="0">${output}</pre>`}
      </div>
    </details>`
  }

  #choose(event: Event, id: string): void {
    event.preventDefault()
    choices.set(id, this.renderRoot.querySelector('details')?.open !== true)
    this.requestUpdate()
  }
}

/** What tells one call from another at a glance. */
function briefOf(args: unknown): string {
  const first = typeof args === 'object' && args !== null ? Object.values(args)[0] : args
  const text = typeof first === 'string' ? first : first === undefined ? '' : JSON.stringify(first)
  return text.split('\n')[0]?.slice(0, BRIEF) ?? ''
}

customElements.define('mayros-tool-card', ToolCard)
