import { css, html, nothing, type TemplateResult } from 'lit'
import { schemaForm } from '../strings/en/schema-form.js'
import { controls } from '../styles/controls.js'
import { FormField } from './form-field.js'

/** Where a secret may come from. */
const SOURCES = ['text', 'file', 'env'] as const

type Source = (typeof SOURCES)[number]

const SOURCE_WORDS: Readonly<Record<Source, string>> = {
  text: schemaForm.secretText,
  file: schemaForm.secretFile,
  env: schemaForm.secretEnv,
}

/** A secret: written, never read. What is stored shows as stored, and stays until something else is typed. */
export class SecretField extends FormField {
  static override properties = { ...FormField.properties, wanted: { state: true } }

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-2);
      }
    `,
  ]

  /** Where it shall come from, while nothing is typed yet; null: from where it comes. */
  declare wanted: Source | null

  constructor() {
    super()
    this.wanted = null
  }

  override render(): TemplateResult {
    const source = this.wanted ?? sourceOf(this.value)
    const isStored = this.value !== undefined && this.value === this.context.placeholder
    const text = isStored ? '' : textOf(this.value, source)
    return html`${this.#mayRefer() ? this.#sources(source) : nothing}
      <div class="row">
        <input
          aria-label=${this.name}
          type=${source === 'text' && !text.startsWith('${') ? 'password' : 'text'}
          autocomplete="off"
          spellcheck="false"
          placeholder=${isStored && source === 'text' ? schemaForm.secretStored : schemaForm.unset}
          .value=${text}
          @input=${(event: Event) => this.#typed((event.target as HTMLInputElement).value, source, isStored)}
        />
        ${
          this.value === undefined
            ? nothing
            : html`<button class="small" aria-label=${schemaForm.removeOf(this.name)} @click=${() => this.edit(undefined)}>
                ${schemaForm.remove}
              </button>`
        }
      </div>`
  }

  #sources(source: Source): TemplateResult {
    return html`<select
      aria-label=${schemaForm.secretKind(this.name)}
      @change=${(event: Event) => {
        this.wanted = (event.target as HTMLSelectElement).value as Source
      }}
    >
      ${SOURCES.map((one) => html`<option value=${one} .selected=${one === source}>${SOURCE_WORDS[one]}</option>`)}
    </select>`
  }

  #mayRefer(): boolean {
    return this.schema.anyOf?.some(({ properties }) => properties !== undefined) === true
  }

  /** Clearing the field takes back what was typed; what is stored goes by the button alone. */
  #typed(text: string, source: Source, isStored: boolean): void {
    if (text === '' && isStored) return
    const value = source === 'text' ? text : { [source]: text }
    this.edit(text === '' ? undefined : value)
  }
}

function sourceOf(value: unknown): Source {
  if (typeof value !== 'object' || value === null) return 'text'
  return 'file' in value ? 'file' : 'env'
}

function textOf(value: unknown, source: Source): string {
  if (typeof value === 'string') return source === 'text' ? value : ''
  if (typeof value !== 'object' || value === null) return ''
  return String((value as Readonly<Record<string, unknown>>)[source] ?? '')
}

customElements.define('mayros-secret-field', SecretField)
