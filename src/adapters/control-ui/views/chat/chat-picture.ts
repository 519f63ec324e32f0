import { css, html, LitElement, type PropertyValues } from 'lit'
import { chat } from '../../strings/en/chat.js'
import { controls } from '../../styles/controls.js'

/** `<mayros-chat-picture .load=…>`: a picture of the history, fetched when it comes near what is looked at. */
export class ChatPicture extends LitElement {
  static override properties = {
    name: { attribute: false },
    load: { attribute: false },
    label: { attribute: false },
    url: { state: true },
  }

  static override styles = [
    controls,
    css`
      img {
        display: block;
        max-width: 100%;
        max-height: 20rem;
        border-radius: var(--radius);
      }
    `,
  ]

  /** Another one for another picture. */
  declare name: string
  /** Resolves with a `data:` URL. */
  declare load: () => Promise<string>
  /** What stands there until it is. */
  declare label: string
  declare url: string | null
  #sight: IntersectionObserver | undefined

  constructor() {
    super()
    this.name = ''
    this.url = null
    this.label = ''
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('name')) this.url = null
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('name')) return
    this.#sight?.disconnect()
    this.#sight = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      this.#sight?.disconnect()
      void this.#show()
    })
    this.#sight.observe(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#sight?.disconnect()
  }

  override render() {
    return this.url === null
      ? html`<p class="badge">${this.label}</p>`
      : html`<a href=${this.url} download><img src=${this.url} alt=${this.label} /></a>`
  }

  async #show(): Promise<void> {
    try {
      this.url = await this.load()
    } catch {
      this.label = chat.pictureGone(this.label)
    }
  }
}

customElements.define('mayros-chat-picture', ChatPicture)
