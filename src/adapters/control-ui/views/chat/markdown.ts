import { css, html, LitElement } from 'lit'
import { Copy } from '../../elements/copy.js'
import { loadFile } from '../../shell/load-file.js'
import { chat } from '../../strings/en/chat.js'
import { controls } from '../../styles/controls.js'

/** As soon as it is there; it comes beside the messages, which need not wait for it. */
let renderMarkdown: ((text: string) => DocumentFragment) | null = null
const rendererIsThere = loadFile(() => import('./render-markdown.js')).then((file) => {
  renderMarkdown = file.renderMarkdown
})

/** `<mayros-markdown .text=…>`: what a model wrote, with a button to copy beside each piece of code. */
export class Markdown extends LitElement {
  static override properties = { text: { attribute: false } }

  static override styles = [
    controls,
    css`
      :host {
        overflow-wrap: anywhere;
      }

      div > * {
        margin-block: 0 0.75em;
      }

      div > :last-child {
        margin-bottom: 0;
      }

      .as-written {
        white-space: pre-wrap;
      }

      .heading {
        font-weight: 650;
      }

      .h1,
      .h2 {
        font-size: 1.1em;
      }

      ul,
      ol {
        padding-inline-start: 1.5em;
      }

      li:has(> input:first-child) {
        list-style: none;
      }

      li > input:first-child {
        margin-inline: -1.5em 0.4em;
        vertical-align: -0.15em;
      }

      li > :is(ul, ol) {
        margin-block: 0.2em;
      }

      blockquote {
        margin-inline: 0;
        padding-inline-start: var(--gap-4);
        border-inline-start: 3px solid var(--line);
        color: var(--text-muted);
      }

      :not(pre) > code {
        padding: 0.1em 0.3em;
        border-radius: 0.25rem;
        background: var(--surface-sunken);
      }

      table {
        display: block;
        overflow-x: auto;
      }

      img {
        max-width: 100%;
      }

      hr {
        border: 0;
        border-top: 1px solid var(--line);
      }
    `,
  ]

  declare text: string

  constructor() {
    super()
    this.text = ''
  }

  override render() {
    return html`<div></div>`
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (renderMarkdown === null) void rendererIsThere.then(() => this.requestUpdate())
  }

  override updated(): void {
    const fragment = renderMarkdown?.(this.text) ?? asWritten(this.text)
    for (const pre of fragment.querySelectorAll('pre')) pre.replaceWith(withCopy(pre))
    this.renderRoot.querySelector('div')?.replaceChildren(fragment)
  }
}

function asWritten(text: string): DocumentFragment {
  const paragraph = document.createElement('p')
  paragraph.className = 'as-written'
  paragraph.textContent = text
  const fragment = document.createDocumentFragment()
  fragment.append(paragraph)
  return fragment
}

function withCopy(pre: HTMLElement): HTMLElement {
  const frame = document.createElement('div')
  frame.className = 'copied'
  const copy = new Copy()
  copy.text = (pre.textContent ?? '').replace(/\n$/, '')
  copy.label = chat.copyCode
  const shown = pre.cloneNode(true) as HTMLElement
  shown.tabIndex = 0
  frame.append(shown, copy)
  return frame
}

customElements.define('mayros-markdown', Markdown)
