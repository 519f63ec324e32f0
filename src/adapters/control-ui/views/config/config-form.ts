import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { formatKeyPath } from '../../../../domain/config/key-path.js'
import { REDACTED } from '../../../../domain/config/redacted.js'
import { linkTo } from '../../router/route.js'
import { valueIn } from '../../schema-form/changed-value.js'
import { fieldKind } from '../../schema-form/field-kind.js'
import { fieldOf } from '../../schema-form/field-of.js'
import { countOfValues } from '../../schema-form/foldable-field.js'
import type { FormContext } from '../../schema-form/form-context.js'
import type { JsonSchema } from '../../schema-form/json-schema.js'
import { config } from '../../strings/en/config.js'
import { controls } from '../../styles/controls.js'
import type { ConfigIssue } from './config-file.js'
import { foundSettings } from './found-settings.js'
import { needsRestart } from './reload-note.js'
import '../../elements/empty.js'
import '../../schema-form/schema-form.js'

/** More than anybody reads. */
const SHOWN_SETTINGS = 60

/** The settings of one section, or those that somebody looks for. It tells of changes by form-edit events. */
export class ConfigForm extends LitElement {
  static override properties = {
    schema: { attribute: false },
    value: { attribute: false },
    issues: { attribute: false },
    section: { attribute: false },
    search: { state: true },
    isOnlySet: { state: true },
  }

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: 12rem minmax(0, 1fr);
        gap: var(--gap-5);
        align-items: start;
      }

      nav {
        position: sticky;
        inset-block-start: 0;
        display: grid;
        gap: 1px;
      }

      nav a {
        display: flex;
        justify-content: space-between;
        gap: var(--gap-2);
        padding: var(--gap-1) var(--gap-3);
        border-radius: var(--radius);
        color: var(--text);
        text-decoration: none;
      }

      nav a:hover {
        background: var(--surface-sunken);
      }

      nav a[aria-current='page'] {
        background: var(--accent-soft);
        color: var(--accent-strong);
        font-weight: 600;
      }

      .filters {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--gap-3) var(--gap-5);
      }

      .filters input[type='search'] {
        inline-size: min(100%, 22rem);
      }

      .filters label {
        display: flex;
        align-items: center;
        gap: var(--gap-2);
        font-weight: 400;
      }

      .settings > * + * {
        border-block-start: 1px solid var(--line);
      }

      .found code.parent {
        color: var(--text-muted);
      }

      @media (max-width: 60rem) {
        :host {
          grid-template-columns: minmax(0, 1fr);
          gap: var(--gap-4);
        }

        nav {
          position: static;
          display: flex;
          flex-wrap: wrap;
        }
      }
    `,
  ]

  declare schema: JsonSchema
  /** What the files would say. */
  declare value: unknown
  declare issues: readonly ConfigIssue[]
  /** Name of the section that is shown. */
  declare section: string
  declare search: string
  declare isOnlySet: boolean

  constructor() {
    super()
    this.schema = {}
    this.issues = []
    this.section = ''
    this.search = ''
    this.isOnlySet = false
  }

  override render(): TemplateResult {
    return html`${this.#sections()}
      <div class="stack">
        <div class="filters">
          <input
            type="search"
            aria-label=${config.search}
            placeholder=${config.search}
            .value=${this.search}
            @input=${(event: Event) => {
              this.search = (event.target as HTMLInputElement).value
            }}
          />
          <label>
            <input
              type="checkbox"
              .checked=${this.isOnlySet}
              @change=${(event: Event) => {
                this.isOnlySet = (event.target as HTMLInputElement).checked
              }}
            />
            ${config.onlySet}
          </label>
        </div>
        ${this.search.trim() === '' ? this.#section() : this.#found()}
      </div>`
  }

  #sections(): TemplateResult {
    return html`<nav aria-label=${config.sections}>
      ${Object.entries(this.schema.properties ?? {})
        .filter(([name, section]) => isShown(name, section, this.value))
        .map(([name]) => {
          const count = countOfValues(valueIn(this.value, [name]))
          return html`<a
            href=${linkTo('config', 'form', name)}
            aria-current=${name === this.section ? 'page' : 'false'}
            @click=${() => {
              this.search = ''
            }}
          >
            <span>${name}</span>${count === 0 ? nothing : html`<span class="badge">${count}</span>`}
          </a>`
        })}
    </nav>`
  }

  #section(): TemplateResult {
    const { section } = this
    const schema = this.schema.properties?.[section]
    if (schema === undefined) return html`<mayros-empty heading=${config.noneFound}></mayros-empty>`
    const value = valueIn(this.value, [section])
    if (this.isOnlySet && value === undefined) return html`<mayros-empty text=${config.nothingSet}></mayros-empty>`
    const kind = fieldKind(schema)
    const parts = { path: [section], schema, value, context: this.#context(false) }
    return html`<section class="card settings" aria-labelledby="section">
      <h2 id="section">${section}</h2>
      ${kind === 'group' ? groupOf(parts) : fieldOf(parts)}
    </section>`
  }

  #found(): TemplateResult {
    const found = foundSettings(this.schema, this.search).filter(
      ({ path }) => !this.isOnlySet || valueIn(this.value, path) !== undefined,
    )
    const shown = found.slice(0, SHOWN_SETTINGS)
    const words =
      found.length > shown.length ? config.foundMore(shown.length, found.length) : config.found(found.length)
    return html`<section class="card settings" aria-label=${config.search}>
      <p class="muted" role="status">${found.length === 0 ? config.noneFound : words}</p>
      ${shown.map(
        ({ path, schema }) =>
          html`<div class="found">
            <code class="parent small">${formatKeyPath(path.slice(0, -1))}</code>
            ${fieldOf({ path, schema, value: valueIn(this.value, path), context: this.#context(true) })}
          </div>`,
      )}
    </section>`
  }

  #context(isOpen: boolean): FormContext {
    const problems = new Map(this.issues.map(({ path, message }) => [path, message]))
    return {
      problemAt: (path) => problems.get(formatKeyPath(path)) ?? null,
      noteAt: (path) => (needsRestart(path) ? config.needsRestart : null),
      placeholder: REDACTED,
      isOnlySet: this.isOnlySet,
      isOpen: isOpen || this.isOnlySet,
    }
  }
}

interface GroupParts {
  readonly path: readonly string[]
  readonly schema: JsonSchema
  readonly value: unknown
  readonly context: FormContext
}

function groupOf({ path, schema, value, context }: GroupParts): TemplateResult {
  return html`<mayros-schema-group
    .isTop=${true}
    .path=${path}
    .schema=${schema}
    .value=${value}
    .context=${context}
  ></mayros-schema-group>`
}

/** Sections that mean nothing are shown only where somebody wrote one. */
function isShown(name: string, { deprecated }: JsonSchema, value: unknown): boolean {
  return (name !== '$schema' && deprecated !== true) || valueIn(value, [name]) !== undefined
}

customElements.define('mayros-config-form', ConfigForm)
