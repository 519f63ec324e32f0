import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { config } from '../../strings/en/config.js'
import { controls } from '../../styles/controls.js'
import type { ConfigIssue } from './config-file.js'
import { issueList } from './issue-list.js'

/** Somebody typed in the text of the configuration. */
export class TextTypedEvent extends Event {
  readonly text: string

  constructor(text: string) {
    super('text-typed', { bubbles: true, composed: true })
    this.text = text
  }
}

/** The text of the configuration, with what is wrong with it. It tells of changes by text-typed events. */
export class ConfigText extends LitElement {
  static override properties = {
    text: { attribute: false },
    problem: { attribute: false },
    issues: { attribute: false },
    state: { attribute: false },
    isReadOnly: { attribute: false },
  }

  static override styles = [
    controls,
    css`
      textarea {
        min-block-size: 55vh;
        font-family: var(--font-code);
        font-size: 0.875rem;
        tab-size: 2;
        resize: vertical;
      }

      ul {
        margin: 0;
      }
    `,
  ]

  declare text: string
  /** Why it is no JSON5; empty when it is. */
  declare problem: string
  /** What else is wrong with it. */
  declare issues: readonly ConfigIssue[]
  /** What is known about it, in a word; empty while it is what stands in the file. */
  declare state: string
  declare isReadOnly: boolean

  constructor() {
    super()
    this.text = ''
    this.problem = ''
    this.issues = []
    this.state = ''
    this.isReadOnly = false
  }

  override render(): TemplateResult {
    const isWrong = this.problem !== '' || this.issues.length > 0
    return html`<div class="stack">
      <p class="muted">${config.textIntro}</p>
      <label class="field">
        ${config.textLabel}
        <textarea
          spellcheck="false"
          autocomplete="off"
          ?readonly=${this.isReadOnly}
          aria-describedby="problems"
          aria-invalid=${String(isWrong)}
          .value=${this.text}
          @input=${(event: Event) =>
            this.dispatchEvent(new TextTypedEvent((event.target as HTMLTextAreaElement).value))}
        ></textarea>
      </label>
      <div id="problems" role="status">
        ${this.problem === '' ? nothing : html`<p class="error">${config.notJson(this.problem)}</p>`}
        ${
          this.issues.length === 0
            ? html`<p class="muted small">${this.state}</p>`
            : html`<div class="notice danger"><strong>${config.wrong(this.issues.length)}</strong>${issueList(this.issues)}</div>`
        }
      </div>
    </div>`
  }
}

customElements.define('mayros-config-text', ConfigText)
