import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { ChatCommand } from '../../../../domain/commands/chat-command.js'
import { icon } from '../../elements/icon.js'
import { toast } from '../../elements/toast.js'
import { chat } from '../../strings/en/chat.js'
import { controls } from '../../styles/controls.js'
import { drafts } from './drafts.js'
import { matchingCommands } from './matching-commands.js'
import { MAX_PICTURE_BYTES, type Picture } from './picture.js'
import { readPicture } from './read-picture.js'

/** What was written is to be sent. */
export class ComposedEvent extends Event {
  readonly text: string
  readonly pictures: readonly Picture[]

  constructor(text: string, pictures: readonly Picture[]) {
    super('composed')
    this.text = text
    this.pictures = pictures
  }
}

/** Where messages are written: text, pictures by paste, drop or choice, and commands with completion. */
export class Composer extends LitElement {
  static override properties = {
    sessionKey: { attribute: false },
    isBusy: { attribute: false },
    maySend: { attribute: false },
    text: { state: true },
    pictures: { state: true },
    chosen: { state: true },
    isDropping: { state: true },
  }

  static override styles = [
    controls,
    css`
      form {
        position: relative;
        max-width: 52rem;
        margin: 0 auto;
        padding: var(--gap-2) var(--gap-4) var(--gap-4);
      }

      .box {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: end;
        gap: var(--gap-1);
        padding: var(--gap-1);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-large);
        background: var(--surface);
      }

      .box:focus-within {
        outline: 2px solid var(--focus);
      }

      .box.dropping {
        border-color: var(--accent);
        background: var(--accent-soft);
      }

      textarea {
        min-height: 2.25rem;
        max-height: 40dvh;
        border: 0;
        outline: none;
        background: transparent;
        resize: none;
        field-sizing: content;
      }

      .box textarea:focus-visible {
        outline: none;
      }

      .pictures {
        display: flex;
        flex-wrap: wrap;
        grid-column: 1 / -1;
        gap: var(--gap-2);
      }

      .pictures div {
        position: relative;
      }

      .pictures img {
        height: 4rem;
        border-radius: var(--radius);
      }

      .pictures button {
        position: absolute;
        top: 0;
        right: 0;
        width: 1.75rem;
        background: var(--surface);
      }

      [role='listbox'] {
        position: absolute;
        inset: auto var(--gap-4) 100%;
        z-index: 5;
        max-height: 18rem;
        margin: 0;
        padding: var(--gap-1);
        overflow-y: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface-raised);
        box-shadow: var(--shadow);
        list-style: none;
      }

      [role='option'] {
        padding: var(--gap-1) var(--gap-2);
        border-radius: var(--radius);
        cursor: pointer;
      }

      [aria-selected='true'] {
        background: var(--accent-soft);
      }
    `,
  ]

  declare sessionKey: string
  declare isBusy: boolean
  declare maySend: boolean
  declare text: string
  declare pictures: readonly Picture[]
  /** Which of the offered commands. */
  declare chosen: number
  declare isDropping: boolean
  #isMenuDismissed = false

  constructor() {
    super()
    this.sessionKey = ''
    this.isBusy = false
    this.maySend = true
    this.text = ''
    this.pictures = []
    this.chosen = 0
    this.isDropping = false
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('sessionKey')) return
    this.text = drafts.of(this.sessionKey)
    this.pictures = []
  }

  override render() {
    const offered = this.#offered()
    return html`<form @submit=${this.#submit}>
      ${offered.length === 0 ? nothing : this.#menu(offered)}
      <div class="box ${this.isDropping ? 'dropping' : ''}">
        ${this.pictures.length === 0 ? nothing : html`<div class="pictures">${this.pictures.map((picture) => this.#thumbnail(picture))}</div>`}
        <input hidden type="file" accept="image/*" multiple @change=${this.#picked} />
        <button class="quiet icon" type="button" aria-label=${chat.attach} title=${chat.attach} ?disabled=${!this.maySend} @click=${this.#pick}>
          ${icon('image')}
        </button>
        <textarea
          rows="1"
          aria-label=${chat.message}
          aria-autocomplete="list"
          aria-controls=${offered.length === 0 ? nothing : 'commands'}
          aria-activedescendant=${offered.length === 0 ? nothing : `command-${this.chosen}`}
          placeholder=${this.maySend ? chat.placeholder : chat.mayNotSend}
          ?disabled=${!this.maySend}
          .value=${this.text}
          @input=${this.#typed}
          @keydown=${(event: KeyboardEvent) => this.#pressed(event, offered)}
          @paste=${this.#pasted}
        ></textarea>
        <div class="row">
          ${
            this.isBusy
              ? html`<button class="icon" type="button" aria-label=${chat.stop} title=${chat.stop} @click=${this.#stop}>
                  ${icon('stop')}
                </button>`
              : nothing
          }
          <button class="primary icon" type="submit" aria-label=${chat.send} title=${chat.send} ?disabled=${!this.#isSendable()}>
            ${icon('send')}
          </button>
        </div>
      </div>
    </form>`
  }

  override focus(): void {
    this.#field()?.focus()
  }

  /** Files are dragged over the conversation; they may be dropped anywhere on it. */
  readonly dragged = (event: DragEvent): void => {
    if (!this.maySend || event.dataTransfer?.types.includes('Files') !== true) return
    event.preventDefault()
    this.isDropping = true
  }

  readonly draggedAway = (event: DragEvent): void => {
    const isInside = event.relatedTarget instanceof Node && (event.currentTarget as Node).contains(event.relatedTarget)
    this.isDropping = this.isDropping && isInside
  }

  readonly dropped = (event: DragEvent): void => {
    const files = [...(event.dataTransfer?.files ?? [])]
    this.isDropping = false
    if (!this.maySend || files.length === 0) return
    event.preventDefault()
    void this.#add(files)
  }

  #menu(offered: readonly ChatCommand[]): TemplateResult {
    return html`<ul id="commands" role="listbox" aria-label=${chat.commands}>
      ${offered.map(
        ({ name, takes, about }, index) =>
          html`<li
            id="command-${index}"
            role="option"
            aria-selected=${index === this.chosen}
            @mousedown=${(event: Event) => event.preventDefault()}
            @click=${() => this.#complete(name)}
          >
            <code>/${name}${takes === '' ? '' : ` ${takes}`}</code> <span class="muted">${about}</span>
          </li>`,
      )}
    </ul>`
  }

  #thumbnail(picture: Picture): TemplateResult {
    return html`<div>
      <img src=${picture.content} alt=${picture.name} />
      <button
        class="icon small"
        type="button"
        aria-label=${chat.removePicture(picture.name)}
        @click=${() => {
          this.pictures = this.pictures.filter((other) => other !== picture)
        }}
      >
        ${icon('close', 14)}
      </button>
    </div>`
  }

  #offered(): readonly ChatCommand[] {
    return this.#isMenuDismissed ? [] : matchingCommands(this.text)
  }

  #isSendable(): boolean {
    return this.maySend && (this.text.trim() !== '' || this.pictures.length > 0)
  }

  #write(text: string): void {
    this.text = text
    this.chosen = 0
    drafts.keep(this.sessionKey, text)
  }

  #complete(name: string): void {
    this.#write(`/${name} `)
    this.#field()?.focus()
  }

  #typed(event: Event): void {
    this.#isMenuDismissed = false
    this.#write((event.target as HTMLTextAreaElement).value)
  }

  #pressed(event: KeyboardEvent, offered: readonly ChatCommand[]): void {
    const { key } = event
    if (event.isComposing) return
    if (offered.length > 0 && this.#pressedInMenu(key, offered)) event.preventDefault()
    else if (key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      this.#send()
    } else if (key === 'Escape' && this.isBusy) this.#stop()
  }

  /** The button goes when there is nothing left to stop; the focus must not go with it. */
  #stop(): void {
    this.dispatchEvent(new Event('stop'))
    this.#field()?.focus()
  }

  /** Whether the menu took the key. */
  #pressedInMenu(key: string, offered: readonly ChatCommand[]): boolean {
    const chosen = offered[this.chosen]
    const isWhole = chosen !== undefined && this.text === `/${chosen.name}`
    if (key === 'ArrowDown') this.chosen = (this.chosen + 1) % offered.length
    else if (key === 'ArrowUp') this.chosen = (this.chosen + offered.length - 1) % offered.length
    else if (key === 'Escape') {
      this.#isMenuDismissed = true
      this.requestUpdate()
    } else if (chosen !== undefined && (key === 'Tab' || (key === 'Enter' && !isWhole))) this.#complete(chosen.name)
    else return false
    return true
  }

  #submit(event: Event): void {
    event.preventDefault()
    this.#send()
  }

  #send(): void {
    if (!this.#isSendable()) return
    const { text, pictures } = this
    this.#write('')
    this.pictures = []
    this.dispatchEvent(new ComposedEvent(text, pictures))
  }

  #pick(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click()
  }

  #picked(event: Event): void {
    const input = event.target as HTMLInputElement
    void this.#add([...(input.files ?? [])])
    input.value = ''
  }

  #pasted(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    void this.#add(files)
  }

  async #add(files: readonly File[]): Promise<void> {
    for (const file of files) {
      if (!file.type.startsWith('image/')) toast(chat.noPicture(file.name), 'warn')
      else if (file.size > MAX_PICTURE_BYTES) toast(chat.pictureTooBig(file.name), 'warn')
      else this.pictures = [...this.pictures, await readPicture(file)]
    }
  }

  #field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea')
  }
}

customElements.define('mayros-composer', Composer)
