import { html } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { GatewayView } from '../../elements/gateway-view.js'
import './session-list.js'
import './session-page.js'

/** All sessions, or the one that the address names. */
export class SessionsView extends GatewayView {
  override render() {
    const { connection, route } = this
    const [key] = route.parts
    if (key === undefined) {
      return html`<mayros-session-list .connection=${connection} .route=${route}></mayros-session-list>`
    }
    const page = html`<mayros-session-page .connection=${connection} .route=${route}></mayros-session-page>`
    return keyed(key, page)
  }
}

customElements.define('mayros-sessions-view', SessionsView)
