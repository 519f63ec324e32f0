import { html, render } from 'lit'
import { states } from '../strings/en/states.js'
import { controls } from '../styles/controls.js'
import { Dialog } from './dialog.js'

/**
 * Asks before something that cannot be taken back.
 * @param text what will happen, as a question
 * @param label what the button that does it says: the verb
 * @param kind `danger` shows the button as one to be careful with
 * @returns whether the person wants it
 */
export function confirmAction(text: string, label: string, kind: 'danger' | 'plain' = 'danger'): Promise<boolean> {
  return new Promise((resolve) => {
    const host = document.createElement('mayros-confirmation')
    const root = host.attachShadow({ mode: 'open' })
    if (controls.styleSheet !== undefined) root.adoptedStyleSheets = [controls.styleSheet]
    const dialog = new Dialog()
    dialog.heading = label
    let isWanted = false
    const decide = (wanted: boolean) => {
      isWanted = wanted
      dialog.close()
    }
    render(
      html`<p>${text}</p>
        <button slot="actions" autofocus @click=${() => decide(false)}>${states.cancel}</button>
        <button slot="actions" class="primary ${kind}" @click=${() => decide(true)}>${label}</button>`,
      dialog,
    )
    dialog.addEventListener('close', () => {
      host.remove()
      resolve(isWanted)
    })
    root.append(dialog)
    document.body.append(host)
    dialog.show()
  })
}
