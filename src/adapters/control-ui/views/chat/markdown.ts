import { css, html, LitElement } from 'lit'
import { Copy } from '../../elements/copy.js'
import { chat } from '../../strings/en/chat.js'
import { controls } from '../../styles/controls.js'
import { renderMarkdown } from './render-markdown.js'

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

      .code {
        position: relative;
      }

      .code mayros-copy {
        position: absolute;
        top: var(--gap-1);
        right: var(--gap-1);
      }

      .code pre {
        padding-inline-end: 3rem;
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

  override updated(): void {
    const fragment = renderMarkdown(this.text)
    for (const pre of fragment.querySelectorAll('pre')) pre.replaceWith(withCopy(pre))
    this.renderRoot.querySelector('div')?.replaceChildren(fragment)
  }
}

function withCopy(pre: HTMLElement): HTMLElement {
  const frame = document.createElement('div')
  frame.className = 'code'
  const copy = new Copy()
  copy.text = (pre.textContent ?? '').replace(/\n$/, '')
  copy.label = chat.copyCode
  const shown = pre.cloneNode(true) as HTMLElement
  shown.tabIndex = 0
  frame.append(shown, copy)
  return frame
}

customElements.define('mayros-markdown', Markdown)
