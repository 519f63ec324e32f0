import { html, nothing, type TemplateResult } from 'lit'
import { schemaForm } from '../strings/en/schema-form.js'
import { controls } from '../styles/controls.js'
import { choicesOf, fieldKind } from './field-kind.js'
import { FormField } from './form-field.js'
import { formStyles } from './form-styles.js'
import { valueOfText, valuesOfLines } from './read-text.js'

/** One value with its name and what it means, in the control that fits its schema. */
export class SchemaField extends FormField {
  static override properties = { ...FormField.properties, typed: { state: true }, typedProblem: { state: true } }

  static override styles = [controls, formStyles]

  /** What stands in the control as it was typed; null when that is what the value says. */
  declare typed: string | null
  declare typedProblem: string

  constructor() {
    super()
    this.typed = null
    this.typedProblem = ''
  }

  override render(): TemplateResult {
    const { path, schema, value, context } = this
    switch (fieldKind(schema)) {
      case 'group':
        return html`<mayros-schema-group .path=${path} .schema=${schema} .value=${value} .context=${context}></mayros-schema-group>`
      case 'map':
        return html`<mayros-schema-map .path=${path} .schema=${schema} .value=${value} .context=${context}></mayros-schema-map>`
      case 'list':
        return html`<mayros-schema-list .path=${path} .schema=${schema} .value=${value} .context=${context}></mayros-schema-list>`
      case 'shapes':
        return html`<mayros-schema-shapes .path=${path} .schema=${schema} .value=${value} .context=${context}></mayros-schema-shapes>`
      default:
        return this.#setting()
    }
  }

  #setting(): TemplateResult {
    const { schema, context, path, value } = this
    const note = context.noteAt(path)
    const problem = this.typedProblem === '' ? context.problemAt(path) : this.typedProblem
    return html`<div class="setting">
      <div>
        <div class="name">
          <label for="control" class=${value === undefined ? '' : 'set'}><code>${this.name}</code></label>
          ${this.isRequired ? html`<span class="badge">${schemaForm.required}</span>` : nothing}
          ${note === null ? nothing : html`<span class="badge info">${note}</span>`}
        </div>
        ${schema.description === undefined ? nothing : html`<p class="hint" id="hint">${schema.description}</p>`}
      </div>
      <div class="control">
        ${this.#control(problem !== null)}
        ${problem === null ? nothing : html`<p class="error small" id="problem">${problem}</p>`}
      </div>
    </div>`
  }

  #control(isWrong: boolean): TemplateResult {
    const { schema, value } = this
    switch (fieldKind(schema)) {
      case 'choice':
        return this.#choice(isWrong)
      case 'secret':
        return html`<mayros-secret-field
          .path=${this.path}
          .schema=${schema}
          .value=${value}
          .context=${this.context}
        ></mayros-secret-field>`
      case 'lines':
        return this.#area(isWrong, Array.isArray(value) ? value.join('\n') : '', schemaForm.lines, (text) =>
          this.#lines(text),
        )
      case 'json':
        return this.#area(isWrong, value === undefined ? '' : JSON.stringify(value, null, 2), schemaForm.json, (text) =>
          this.#json(text),
        )
      default:
        return html`<input
          id="control"
          autocomplete="off"
          spellcheck="false"
          aria-describedby="hint problem"
          aria-invalid=${String(isWrong)}
          ?required=${this.isRequired}
          placeholder=${this.#whenUnset()}
          .value=${value === undefined ? '' : String(value)}
          @input=${(event: Event) => this.#text(textOf(event))}
        />`
    }
  }

  #choice(isWrong: boolean): TemplateResult {
    const { schema, value } = this
    const at = value === undefined ? '' : JSON.stringify(value)
    return html`<select
      id="control"
      aria-describedby="hint problem"
      aria-invalid=${String(isWrong)}
      @change=${(event: Event) => {
        const chosen = textOf(event)
        this.edit(chosen === '' ? undefined : JSON.parse(chosen))
      }}
    >
      <option value="" .selected=${at === ''}>${this.#whenUnset()}</option>
      ${choicesOf(schema).map((choice) => {
        const told = JSON.stringify(choice)
        return html`<option value=${told} .selected=${told === at}>${wordOf(choice)}</option>`
      })}
    </select>`
  }

  #area(isWrong: boolean, text: string, placeholder: string, heard: (text: string) => void): TemplateResult {
    return html`<textarea
      id="control"
      rows="3"
      spellcheck="false"
      autocomplete="off"
      aria-describedby="hint problem"
      aria-invalid=${String(isWrong)}
      placeholder=${this.schema.default === undefined ? placeholder : this.#whenUnset()}
      .value=${this.typed ?? text}
      @input=${(event: Event) => heard(textOf(event))}
      @blur=${() => {
        if (this.typedProblem === '') this.typed = null
      }}
    ></textarea>`
  }

  #text(text: string): void {
    this.edit(text.trim() === '' ? undefined : valueOfText(text, this.schema))
  }

  #lines(text: string): void {
    this.typed = text
    const values = valuesOfLines(text, this.schema.items ?? {})
    this.edit(values.length === 0 ? undefined : values)
  }

  #json(text: string): void {
    this.typed = text
    this.typedProblem = ''
    try {
      this.edit(text.trim() === '' ? undefined : (JSON.parse(text) as unknown))
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown
      this.typedProblem = schemaForm.notJson(thrown.message)
    }
  }

  #whenUnset(): string {
    const { default: told } = this.schema
    return told === undefined || isNothing(told) ? schemaForm.unset : schemaForm.byDefault(wordOf(told))
  }
}

function isNothing(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function wordOf(value: unknown): string {
  if (value === true) return schemaForm.on
  if (value === false) return schemaForm.off
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function textOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value
}

customElements.define('mayros-schema-field', SchemaField)
