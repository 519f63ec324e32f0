import { css, html, nothing, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { byteWords } from '../../format/bytes.js'
import { linkTo } from '../../router/route.js'
import { agents } from '../../strings/en/agents.js'
import { controls } from '../../styles/controls.js'
import { draftOf } from './file-drafts.js'
import type { WorkspaceFile } from './workspace-file.js'
import './file-editor.js'

/** The files that say who an agent is, beside the one that is open. */
export class AgentFiles extends GatewayView {
  static override properties = { files: { state: true } }

  static override styles = [
    controls,
    css`
      .split {
        display: grid;
        grid-template-columns: 16rem minmax(0, 1fr);
        gap: var(--gap-4);
        align-items: start;
      }

      ul {
        display: grid;
        gap: 2px;
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li a {
        display: grid;
        padding: var(--gap-2) var(--gap-3);
        border-radius: var(--radius);
        color: var(--text);
        text-decoration: none;
      }

      li a:hover {
        background: var(--surface-sunken);
      }

      li a[aria-current] {
        background: var(--accent-soft);
      }

      li a[aria-current] .muted {
        color: var(--text);
      }

      @media (max-width: 55rem) {
        .split {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ]

  declare files: readonly WorkspaceFile[]

  constructor() {
    super()
    this.files = []
  }

  protected override async load(): Promise<void> {
    const asked = { agentId: this.route.parts[0] ?? '' }
    type Answer = { readonly files: readonly WorkspaceFile[] }
    this.files = (await this.connection.request<Answer>('agents.files.list', asked)).files
  }

  protected override content(): TemplateResult {
    const { connection, route } = this
    const [agentId = '', , name] = route.parts
    return html`<div class="split">
      <nav class="card stack" aria-labelledby="files">
        <h2 id="files">${agents.files}</h2>
        <p class="small muted">${agents.filesText}</p>
        <ul>
          ${this.files.map((file) => this.#entry(agentId, file, name))}
        </ul>
      </nav>
      ${
        name === undefined
          ? html`<mayros-empty text=${agents.chooseFile}></mayros-empty>`
          : keyed(
              name,
              html`<mayros-file-editor
                .connection=${connection}
                .route=${route}
                @file-changed=${() => this.reload()}
                @draft-changed=${() => this.requestUpdate()}
              ></mayros-file-editor>`,
            )
      }
    </div>`
  }

  #entry(agentId: string, { name, missing, size = 0 }: WorkspaceFile, shown: string | undefined): TemplateResult {
    return html`<li>
      <a href=${linkTo('agents', agentId, 'files', name)} aria-current=${name === shown ? 'page' : nothing}>
        <span class="row">
          ${name} ${draftOf(agentId, name) === null ? nothing : html`<span class="badge warn">${agents.unsaved}</span>`}
        </span>
        <span class="small muted">${agents.purposes[name] ?? ''} · ${missing ? agents.missing : byteWords(size)}</span>
      </a>
    </li>`
  }
}

customElements.define('mayros-agent-files', AgentFiles)
