import { css, html, LitElement } from 'lit'
import { states } from '../strings/en/states.js'
import { controls } from '../styles/controls.js'
import { icon } from './icon.js'
import { toast } from './toast.js'

const SAYS_SO_MS = 1_500

/** `<mayros-copy text="…" label="Copy command">`: a button that puts the text on the clipboard. */
export class Copy extends LitElement {
  static override properties = { text: {}, label: {}, isCopied: { state: true } }
  static override styles = [
    controls,
    css`
      :host {
        display: inline-flex;
      }
    `,
  ]

  declare text: string
  declare label: string
  declare isCopied: boolean

  constructor() {
    super()
    this.text = ''
    this.label = states.copy
    this.isCopied = false
  }

  override render() {
    return html`<button class="quiet icon small" aria-label=${this.label} title=${this.label} @click=${this.#copy}>
        ${icon(this.isCopied ? 'check' : 'copy')}
      </button>
      <span class="visually-hidden" role="status">${this.isCopied ? states.copied : ''}</span>`
  }

  async #copy(): Promise<void> {
    if (!(await putOnClipboard(this.text))) return toast(states.copyFailed, 'warn')
    this.isCopied = true
    setTimeout(() => {
      this.isCopied = false
    }, SAYS_SO_MS)
  }
}

/** Pages that are not served securely have no clipboard of their own, only the old way through a selection. */
async function putOnClipboard(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
  }
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  document.body.append(field)
  field.select()
  const isDone = document.execCommand('copy')
  field.remove()
  return isDone
}

customElements.define('mayros-copy', Copy)
