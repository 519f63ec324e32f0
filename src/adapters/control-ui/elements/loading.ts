import { css, html, LitElement } from 'lit'
import { states } from '../strings/en/states.js'
import { controls } from '../styles/controls.js'

/** Stands where something will be in a moment; appears only when the moment takes long. */
export class Loading extends LitElement {
  static override styles = [
    controls,
    css`
      div {
        display: grid;
        place-items: center;
        gap: var(--gap-3);
        min-height: 12rem;
        color: var(--text-muted);
        animation: appear 0.2s 0.25s both;
      }

      span {
        width: 1.5rem;
        height: 1.5rem;
        border: 3px solid var(--line);
        border-top-color: var(--accent);
        border-radius: 50%;
        animation: turn 0.9s linear infinite;
      }

      @keyframes appear {
        from {
          opacity: 0;
        }
      }

      @keyframes turn {
        to {
          transform: rotate(1turn);
        }
      }
    `,
  ]

  override render() {
    return html`<div role="status"><span aria-hidden="true"></span>${states.loading}</div>`
  }
}

customElements.define('mayros-loading', Loading)
